"""Folder, SFTP and S3 do the same: whole objects or none, listed, read, removed; failures are named (PLT-12)."""

from pathlib import Path

import pytest

from keyuan.kernel.errors import Refused
from keyuan.platform.backup.config import Place
from keyuan.platform.backup.destinations import opened
from keyuan.platform.backup.faults import Unreachable


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "part"
    path.write_bytes(b"sealed" * 1000)
    return path


def test_an_object_is_stored_listed_read_and_removed(place, source):
    with opened(place) as destination:
        destination.put("backups/one/part.0000", source)
        destination.put("files/ab/abcd", source)

        listed = destination.sizes("backups/")
        found = destination.read_bytes("backups/one/part.0000")
        destination.remove(["backups/one/part.0000", "backups/one/never-there"])
        left = destination.sizes("backups/")

    assert listed == {"backups/one/part.0000": 6000}
    assert found == source.read_bytes()
    assert left == {}


def test_an_object_is_replaced_whole(place, source):
    with opened(place) as destination:
        destination.put("backups/head", source)
        source.write_bytes(b"new")
        destination.put("backups/head", source)

        assert destination.read_bytes("backups/head") == b"new"
        assert destination.sizes("backups/") == {"backups/head": 3}


def test_what_is_not_there_says_so(place):
    with opened(place) as destination:
        assert destination.sizes("backups/") == {}
        with pytest.raises(FileNotFoundError):
            destination.read_bytes("backups/none")


@pytest.mark.parametrize("kind", ["folder", "sftp"])
def test_an_unfinished_upload_is_not_listed_and_can_be_cleared(request, kind, source, tmp_path):
    place = request.getfixturevalue(f"{kind}_place")
    root = tmp_path / "disk" if kind == "folder" else tmp_path / "sftp" / "remote" / "backups" / "of" / "keyuan"
    with opened(place) as destination:
        destination.put("backups/one/a", source)
        (root / "backups" / "two").mkdir()
        for folder in ("one", "two"):
            (root / "backups" / folder / ".part-123").write_bytes(b"half")
        assert destination.sizes("backups/") == {"backups/one/a": 6000}

        destination.clear()

        assert destination.sizes("backups/") == {"backups/one/a": 6000}
    assert sorted(path.relative_to(root).as_posix() for path in (root / "backups").rglob("*")) == [
        "backups/one",
        "backups/one/a",
    ]


def test_an_upload_in_pieces_that_was_never_completed_is_aborted(s3_place, source):
    with opened(s3_place) as destination:
        client = destination._client
        client.create_multipart_upload(Bucket=s3_place.options["bucket"], Key="keyuan/backups/one/part.0000")

        destination.clear()

        assert "Uploads" not in client.list_multipart_uploads(Bucket=s3_place.options["bucket"])


def test_a_server_that_is_away_is_named(sftp_place, tmp_path):
    silent = Place("server", "sftp", {**sftp_place.options, "port": 1})
    Path(silent.options["known_hosts"]).write_text(
        Path(silent.options["known_hosts"])
        .read_text()
        .replace(f"[127.0.0.1]:{sftp_place.options['port']}", "[127.0.0.1]:1")
    )

    with pytest.raises(Unreachable) as caught, opened(silent):
        pass

    assert caught.value.params["place"] == "server"


def test_a_host_key_that_changed_is_refused(sftp_place, tmp_path):
    import paramiko

    other = paramiko.ECDSAKey.generate()
    line = f"[127.0.0.1]:{sftp_place.options['port']} {other.get_name()} {other.get_base64()}\n"
    Path(sftp_place.options["known_hosts"]).write_text(line)

    with pytest.raises(Refused) as caught, opened(sftp_place):
        pass

    assert caught.value.code == "sftp.host_changed"


def test_a_bucket_that_is_not_there_is_named(s3_place, source):
    lost = Place("store", "s3", {**s3_place.options, "bucket": "nobody-made-this"})

    with pytest.raises(Unreachable) as caught, opened(lost) as destination:
        destination.put("a", source)

    assert caught.value.params["place"] == "store"
