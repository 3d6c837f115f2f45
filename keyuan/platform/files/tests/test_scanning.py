"""Virus scan through clamd, and links for one person, purpose and five minutes (PLT-16)."""

import io
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.signing import TimestampSigner

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import people
from keyuan.platform.audit import Subject
from keyuan.platform.files import attachments, clamd, jobs, open_file, scanning, store
from keyuan.platform.files.tests.fake_clamd import VIRUS, FakeClamd
from keyuan.platform.jobs.queue import opened
from keyuan.platform.models import Attachment, AuditEvent, Notice
from keyuan.platform.subjects import SubjectKind, subject_kinds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)
CLERK = Actor(ActorKind.STAFF, 7, "王芳")
RECORD = Subject("test", 1)
ADMINISTRATOR = 99
Scan = Attachment.Scan


@pytest.fixture(autouse=True)
def surroundings(settings, tmp_path, monkeypatch):
    """A folder of our own, one record in the clerk's reach, one administrator."""
    settings.VAR_DIR = tmp_path

    def access(actor, record_id):
        if (actor.id, record_id) != (7, 1):
            raise NotFound

    kind = SubjectKind("test", "Test", lambda _actor, _ids: {}, str, access)
    monkeypatch.setitem(subject_kinds._items, "test", kind)
    monkeypatch.setattr(people, "holders_of", lambda _permission: [ADMINISTRATOR])


@pytest.fixture(params=["tcp", "unix"])
def scanner(request, settings, tmp_path):
    path = str(tmp_path / "clamd.sock") if request.param == "unix" else ""
    with FakeClamd(path) as fake:
        settings.CLAMD = fake.address
        yield fake


@pytest.fixture
def nobody(settings):
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.CLAMD = f"127.0.0.1:{probe.getsockname()[1]}"


def keep(content=b"harmless\n"):
    return store(actor=CLERK, subject=RECORD, name="信.txt", file=io.BytesIO(content), now=NOW)


def state(kept):
    return Attachment.objects.values_list("scan", "scan_note").get(pk=kept.pk)


def test_without_a_scanner_files_are_given_out_at_once():
    kept = keep()

    assert state(kept) == (Scan.NONE, "")
    assert b"".join(open_file(CLERK, kept.pk)[1]) == b"harmless\n"


def test_a_file_waits_for_its_verdict(scanner, monkeypatch):
    from django_q.models import OrmQ

    kept = keep()
    job = opened(OrmQ.objects.order_by("id").last())

    with pytest.raises(Refused, match=r"file\.waiting"):
        open_file(CLERK, kept.pk)
    assert (job["path"], job["kwargs"]) == (scanning.JOB, {"attachment_id": kept.pk})

    assert jobs.examine(kept.pk) == Scan.CLEAN
    assert b"".join(open_file(CLERK, kept.pk)[1]) == b"harmless\n"
    assert scanner.heard == [b"harmless\n"]


def test_an_infected_file_is_never_given_out_and_told_to_who_sent_it_and_to_administrators(scanner):
    kept = keep(b"x" * 300_000 + VIRUS)
    assert jobs.examine(kept.pk) == Scan.INFECTED
    assert jobs.examine(kept.pk) == ""

    with pytest.raises(Refused, match=r"file\.infected"):
        open_file(CLERK, kept.pk)
    assert state(kept) == (Scan.INFECTED, "Keyuan.Test.UNOFFICIAL")
    assert set(Notice.objects.values_list("user_id", "code")) == {(7, "file.quarantined"), (99, "file.quarantined")}
    assert AuditEvent.objects.order_by("id").last().facts == {"file": kept.pk, "virus": "Keyuan.Test.UNOFFICIAL"}


def test_a_scanner_that_is_away_holds_files_until_it_is_back(nobody, settings, tmp_path):
    kept = [keep(), keep(VIRUS + b"\n")]

    assert [jobs.examine(file.pk) for file in kept] == [Scan.WAITING, Scan.WAITING]
    assert Notice.objects.filter(code="file.scanner_gone").count() == 1
    assert jobs.examine_waiting() == 0

    with FakeClamd() as fake:
        settings.CLAMD = fake.address
        assert jobs.examine_waiting() == 2
    assert [state(file)[0] for file in kept] == [Scan.CLEAN, Scan.INFECTED]


def test_by_setting_files_pass_with_a_remark_and_are_examined_afterwards(nobody, settings):
    settings.CLAMD_HOLD = False
    kept = keep(VIRUS)

    assert jobs.examine(kept.pk) == Scan.PASSED
    assert b"".join(open_file(CLERK, kept.pk)[1]) == VIRUS

    with FakeClamd() as fake:
        settings.CLAMD = fake.address
        jobs.examine_waiting()
    assert state(kept)[0] == Scan.INFECTED


@pytest.mark.parametrize("rude", ["hangs up", "stream: what? ERROR\0", "nonsense\0"])
def test_an_answer_that_is_no_verdict_is_none(settings, rude):
    with FakeClamd(rude=rude) as fake, pytest.raises(clamd.Unreachable):
        clamd.examine(fake.address, [b"x"])


def test_a_file_beyond_the_scanners_limit_has_no_verdict(settings):
    with FakeClamd(limit=100_000) as fake, pytest.raises(clamd.Unreachable):
        clamd.examine(fake.address, [b"x" * 70_000] * 200)


@pytest.mark.parametrize(
    "answer, virus", [("stream: OK", ""), ("stream: Win.Test.EICAR_HDB-1 FOUND", "Win.Test.EICAR_HDB-1")]
)
def test_what_an_answer_means(answer, virus):
    assert clamd.verdict_of(answer).virus == virus


def token_of(actor, key, purpose="show"):
    return attachments.download_url(actor, key, purpose).partition("?t=")[2]


@pytest.mark.parametrize("purpose", attachments.PURPOSES)
def test_a_link_carries_its_purpose(purpose):
    kept = keep()

    assert attachments.check_link(CLERK, kept.pk, token_of(CLERK, kept.pk, purpose)) == purpose


def test_a_link_is_bound_to_person_file_and_purpose():
    kept, other = keep(), keep()
    token = token_of(CLERK, kept.pk)
    forged = TimestampSigner(salt="keyuan.files").sign(f"{kept.pk}:staff:7:delete")

    for actor, key, text in (
        (replace(CLERK, id=8), kept.pk, token),
        (CLERK, other.pk, token),
        (CLERK, kept.pk, forged),
    ):
        with pytest.raises(NotFound):
            attachments.check_link(actor, key, text)


def test_a_link_lasts_five_minutes(monkeypatch):
    kept = keep()
    token = token_of(CLERK, kept.pk)
    assert attachments.LINK_SECONDS == 300

    monkeypatch.setattr(attachments, "LINK_SECONDS", -1)
    with pytest.raises(Refused, match=r"file\.link_old"):
        attachments.check_link(CLERK, kept.pk, token)
    with pytest.raises(NotFound):
        attachments.check_link(replace(CLERK, id=8), kept.pk, token)
