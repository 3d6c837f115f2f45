"""Folders of this machine: only those that operators opened, and never through a link (PLT-14)."""

import os

import pytest

from keyuan.integrations.drivers.files import exchange_folder, secret_file
from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.tests.world import policy, run
from keyuan.kernel.errors import Refused


@pytest.mark.parametrize("name", ["../elsewhere", "/etc", "a/../../..", "/"])
def test_folders_outside_are_shut(name, folder):
    with pytest.raises(Refused) as refusal:
        exchange_folder(name)

    assert refusal.value.code == "delivery.folder_closed"


def test_a_link_out_of_the_exchange_is_shut(folder, tmp_path):
    (tmp_path / "away").mkdir()
    (folder / "link").symlink_to(tmp_path / "away")

    with pytest.raises(Refused):
        exchange_folder("core/link")


@pytest.mark.parametrize("name", ["", "../key", "/etc/passwd", ".hidden", "a/b"])
def test_secrets_are_plain_names(name, folder):
    with pytest.raises(Refused):
        secret_file(name)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["file", "manifest"])
def test_links_are_not_followed(place, core, connector, tmp_path):
    manifest = core.deliver(1, policy(1))
    path = manifest if place == "manifest" else core.folder / "policies-0001.csv"
    away = tmp_path / "away"
    path.rename(away)
    path.symlink_to(away)

    run(connector)

    found = Delivery.objects.get()
    assert found.reason == "delivery.not_regular"
    assert found.state == ("waiting" if place == "manifest" else "quarantined")


@pytest.mark.django_db
def test_a_pipe_blocks_nobody(core, connector):
    core.deliver(1, policy(1))
    path = core.folder / "policies-0001.csv"
    path.unlink()
    os.mkfifo(path)

    run(connector)

    assert Delivery.objects.get().reason == "delivery.not_regular"


@pytest.mark.django_db
def test_hostile_names_in_a_manifest_wait_and_reach_nothing(core, connector):
    core.manifest(1, [core.described("../../secrets/key", b"x", rows=1)])

    run(connector)

    found = Delivery.objects.get()
    assert (found.state, found.reason, found.parts.count()) == ("waiting", "manifest.hostile_name", 0)


@pytest.mark.django_db
def test_a_missing_folder_is_trouble(connector):
    connector.config = {"folder": "nothing"}
    connector.save()

    run(connector)

    assert Connector.objects.get().error == "delivery.folder"
