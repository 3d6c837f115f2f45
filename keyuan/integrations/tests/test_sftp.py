"""Deliveries over a real SFTP server: host key checked, died in the middle, read-only (PLT-14)."""

from datetime import timedelta
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from keyuan.integrations.models import Connector, Delivery, DeliverySegment
from keyuan.integrations.services import storing
from keyuan.integrations.services.connectors import try_connector
from keyuan.integrations.tests.sftp_server import USER, Server, new_key
from keyuan.integrations.tests.world import OPERATOR, Core, counts, keep_mapping, make_connector, policy, run
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import small_tree
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models import ImportJob

pytestmark = [pytest.mark.django_db, pytest.mark.network]


@pytest.fixture
def remote(tmp_path, folder):
    root = tmp_path / "remote"
    (root / "out").mkdir(parents=True)
    server = Server(root)
    (tmp_path / "secrets" / "known_hosts").write_text(server.known_hosts())
    (tmp_path / "secrets" / "password").write_text("geheim\n")
    yield server
    server.close()


@pytest.fixture
def core(remote):
    return Core(remote.root / "out")


@pytest.fixture
def connector(db, remote):
    small_tree()
    keep_mapping()
    config = {"host": "127.0.0.1", "port": remote.port, "user": USER, "folder": "/out", "known_hosts": "known_hosts",
              "password_file": "password"}  # fmt: skip
    return make_connector("T-0", kind="sftp", config=config)


def test_a_delivery_behind_sftp_is_loaded_and_put_away(core, connector):
    core.deliver(1, policy(1), policy(2))

    run(connector)

    found = Delivery.objects.get()
    assert (found.state, counts(found)) == ("loaded", (2, 2, 0, 0, 0))
    assert sorted(item.name for item in (core.folder / "done").iterdir()) == [
        "core-0001.manifest.json",
        "policies-0001.csv",
    ]


def test_a_key_from_a_file_lets_us_in(tmp_path, core, connector, remote):
    pair = Ed25519PrivateKey.generate()
    path = new_key(tmp_path / "secrets" / "core_key", pair)
    remote._access = (paramiko.Ed25519Key.from_private_key_file(path), None)
    connector.config = connector.config | {"key_file": "core_key"}
    connector.save()
    core.deliver(1, policy(1))

    assert trouble(connector) == ""
    assert Delivery.objects.get().state == "loaded"


def test_a_folder_that_we_may_only_read_is_remembered(core, connector, remote):
    remote.read_only = True
    core.deliver(1, policy(1))

    run(connector)
    run(connector)

    found = Delivery.objects.get()
    assert (found.state, found.repeats, found.is_settled, ImportJob.objects.count()) == ("loaded", 0, True, 1)
    assert (core.folder / "policies-0001.csv").exists()


def test_a_server_that_dies_in_the_middle_is_gone_on_with(core, connector, remote, monkeypatch):
    monkeypatch.setattr(storing, "SEGMENT", 64 * 1024)
    monkeypatch.setattr(storing.segments, "__defaults__", (64 * 1024,))
    monkeypatch.setattr("keyuan.integrations.drivers.files.BLOCK", 64 * 1024)
    core.deliver(1, *(policy(number) for number in range(1, 4001)))
    remote.dies_after = 200_000

    run(connector)
    before = DeliverySegment.objects.count()
    assert (before, Delivery.objects.get().state) == (3, "loading")
    remote.dies_after, remote.sent[:] = None, []
    drain(until=connector.created_at + timedelta(minutes=10))

    found = Delivery.objects.get()
    assert (found.state, counts(found)) == ("loaded", (4000, 4000, 0, 0, 0))
    assert min(offset for offset in remote.sent if offset) == 3 * 64 * 1024


def trouble(connector):
    run(connector)
    return Connector.objects.get().error


def test_a_host_that_shows_another_key_gets_nothing(tmp_path, core, connector, remote):
    core.deliver(1, policy(1))
    other = paramiko.Ed25519Key.from_private_key_file(new_key(tmp_path / "other", Ed25519PrivateKey.generate()))
    (tmp_path / "secrets" / "known_hosts").write_text(remote.known_hosts(other))

    assert trouble(connector) == "sftp.host_changed"
    assert not Delivery.objects.exists()


def test_a_host_nobody_knows_is_not_even_called(tmp_path, connector, remote):
    (tmp_path / "secrets" / "known_hosts").write_text("")

    assert trouble(connector) == "sftp.host_unknown"
    assert remote._transports == []


def test_a_wrong_password_is_said(tmp_path, connector):
    (tmp_path / "secrets" / "password").write_text("falsch\n")

    assert trouble(connector) == "sftp.sign_in"


def test_a_missing_secret_is_said(tmp_path, connector):
    (tmp_path / "secrets" / "password").unlink()

    assert trouble(connector) == "sftp.secret"


def test_a_server_that_does_not_answer_is_told_and_found_again(core, connector, remote):
    core.deliver(1, policy(1))
    Connector.objects.update(config=connector.config | {"port": 1})
    known = Path(settings.SECRETS_FOLDER) / "known_hosts"
    known.write_text(known.read_text() + remote.known_hosts().replace(f":{remote.port}", ":1"))

    assert trouble(connector) == "connector.unreachable"
    Connector.objects.update(config=connector.config)
    drain(until=connector.created_at + timedelta(minutes=10))

    assert (Connector.objects.get().error, Delivery.objects.get().state) == ("", "loaded")


def test_a_full_disk_is_our_trouble_and_not_the_deliverys(core, connector, monkeypatch):
    def full(_blocks):
        raise Refused("file.disk_full", field="file")

    core.deliver(1, policy(1))
    with monkeypatch.context() as patch:
        patch.setattr("keyuan.platform.files.vault.write", full)
        assert trouble(connector) == "file.disk_full"

    assert Delivery.objects.get().state == "loading"
    assert trouble(connector) == ""
    assert Delivery.objects.get().state == "loaded"


def test_trouble_goes_away_with_the_next_good_look(tmp_path, core, connector):
    (tmp_path / "secrets" / "password").write_text("falsch\n")
    assert trouble(connector) == "sftp.sign_in"

    (tmp_path / "secrets" / "password").write_text("geheim\n")

    assert trouble(connector) == ""


def test_the_test_button_counts_what_lies_there(core, connector, remote):
    core.deliver(1, policy(1))
    core.deliver(2, policy(2))

    assert try_connector(actor=OPERATOR, connector_id=connector.pk) == 2
    remote.close()
    with pytest.raises(Refused) as refusal:
        try_connector(actor=OPERATOR, connector_id=connector.pk)
    assert refusal.value.code == "connector.unreachable"


def test_a_link_on_the_other_side_is_not_followed(core, connector, tmp_path):
    manifest = core.deliver(1, policy(1))
    path, away = core.folder / "policies-0001.csv", tmp_path / "away.csv"
    path.rename(away)
    path.symlink_to(away)

    run(connector)

    found = Delivery.objects.get()
    assert (found.state, found.reason, manifest.exists()) == ("quarantined", "delivery.not_regular", True)
