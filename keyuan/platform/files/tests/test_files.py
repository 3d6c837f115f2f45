"""Files: checked by content, encrypted, bound to their record, safe when the disk is full (PLT-16)."""

import errno
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Subject
from keyuan.platform.files import attachments_of, delete_attachment, open_file, store, vault
from keyuan.platform.files.content import recognised, safe_name
from keyuan.platform.models import Attachment, AuditEvent
from keyuan.platform.subjects import SubjectKind, subject_kinds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)
CLERK = Actor(ActorKind.STAFF, 7, "王芳")
PDF = b"%PDF-1.7\n" + b"secret " * 100
RECORD = Subject("test", 1)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def records(monkeypatch):
    """Record 1 is within the clerk's reach, no other is."""

    def access(actor, record_id):
        if (actor.id, record_id) != (7, 1):
            raise NotFound

    kind = SubjectKind("test", "Test", lambda _actor, _ids: {}, str, access)
    monkeypatch.setitem(subject_kinds._items, "test", kind)


def keep(content=PDF, name="保单.pdf", **more):
    return store(actor=CLERK, subject=RECORD, name=name, file=io.BytesIO(content), now=NOW, **more)


def files_in(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_a_file_comes_back_as_it_was_given(own_folder):
    kept = keep()

    attachment, blocks = open_file(CLERK, kept.pk)
    assert b"".join(blocks) == PDF
    assert (attachment.name, attachment.content_type, attachment.size) == ("保单.pdf", "application/pdf", len(PDF))
    assert AuditEvent.objects.get().facts["file"] == kept.pk


def test_on_disk_nothing_can_be_read(own_folder):
    keep()

    (path,) = files_in(own_folder)
    assert b"secret" not in path.read_bytes()
    assert "保单" not in str(path)


@pytest.mark.parametrize("size", [1, vault.CHUNK - 1, vault.CHUNK, vault.CHUNK + 1, 3 * vault.CHUNK])
def test_files_of_any_size_come_back(size):
    content = b"a" * size

    assert b"".join(open_file(CLERK, keep(content, "a.txt").pk)[1]) == content


@pytest.mark.parametrize("_case, damage", [
    ("a bit turned", lambda raw: raw[:50] + bytes([raw[50] ^ 1]) + raw[51:]),
    ("the end cut off", lambda raw: raw[: vault.CHUNK + vault.TAG]),
    ("two chunks exchanged", lambda raw: raw[vault.CHUNK + 16 : 2 * (vault.CHUNK + 16)] + raw[: vault.CHUNK + 16]),
])  # fmt: skip
def test_a_damaged_file_is_not_given_out(own_folder, _case, damage):
    kept = keep(b"a" * 2 * vault.CHUNK + b"b", "a.txt")
    (path,) = files_in(own_folder)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(InvalidTag):
        list(open_file(CLERK, kept.pk)[1])


@pytest.mark.parametrize("name, head, code", [
    ("x.exe", b"MZ", "file.type"),
    ("x.html", b"<html>", "file.type"),
    ("x.svg", b"<svg>", "file.type"),
    ("x", b"abc", "file.type"),
    ("x.pdf", b"<script>", "file.content"),
    ("x.png", b"\xff\xd8\xff", "file.content"),
    ("x.csv", b"a\x00b", "file.content"),
    ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.content"),
    ("x.pdf", b"", "file.content"),
    ("x.csv", b"", "file.empty"),
])  # fmt: skip
def test_what_is_not_what_it_says_is_refused(own_folder, name, head, code):
    with pytest.raises(Refused) as refusal:
        keep(head, name)

    assert (refusal.value.code, refusal.value.field) == (code, "file")
    assert not files_in(own_folder)
    assert not Attachment.objects.exists()


def test_the_type_follows_the_content():
    assert recognised("照片.JPG", b"\xff\xd8\xff\xe0").content_type == "image/jpeg"
    assert recognised("a.webp", b"RIFF....WEBPVP8 ").content_type == "image/webp"


@pytest.mark.parametrize("name, safe", [
    ("../../etc/passwd.txt", "passwd.txt"), ("C:\\x\\保单.pdf", "保单.pdf"), ('a"b\r\n.pdf', "ab.pdf"), ("", "file"),
])  # fmt: skip
def test_names_carry_no_path_and_no_trick(name, safe):
    assert safe_name(name) == safe


def test_a_file_that_is_too_large_leaves_nothing(own_folder):
    with pytest.raises(Refused, match=r"file\.too_large"):
        keep(b"a" * 3_000_000, "a.txt", max_bytes=2 * 1024 * 1024)

    assert not files_in(own_folder)


def test_a_full_disk_leaves_nothing_and_says_so(own_folder, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(vault.os, "fsync", full)
    with pytest.raises(Refused, match=r"file\.disk_full"):
        keep()

    assert not files_in(own_folder)
    assert not Attachment.objects.exists()


def test_a_record_that_cannot_be_written_leaves_no_file(own_folder, monkeypatch):
    def refuse(*_arguments, **_more):
        raise RuntimeError

    monkeypatch.setattr("keyuan.platform.files.attachments.record", refuse)
    with pytest.raises(RuntimeError):
        keep()

    assert not files_in(own_folder)


@pytest.mark.parametrize("_case, actor, subject", [
    ("another's record", CLERK, Subject("test", 2)),
    ("out of scope", replace(CLERK, id=8), RECORD),
    ("an unknown kind", CLERK, Subject("nothing", 1)),
])  # fmt: skip
def test_files_follow_the_access_of_their_record(_case, actor, subject):
    kept = keep()

    with pytest.raises(NotFound):
        attachments_of(actor, subject)
    if actor != CLERK:
        with pytest.raises(NotFound):
            open_file(actor, kept.pk)


@pytest.mark.django_db(transaction=True)
def test_a_deleted_file_is_gone_and_its_deletion_on_record(own_folder):
    kept = keep()

    delete_attachment(actor=CLERK, attachment_id=kept.pk, reason="重复", now=NOW)

    assert not files_in(own_folder)
    assert AuditEvent.objects.order_by("id").last().reason == "重复"
