"""An import from its first row to its last: counts, faults, all or nothing, one at a time, nothing lost (PLT-9)."""

import errno

import pytest

from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.platform.files import vault
from keyuan.platform.imports import lifecycle
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import from_json
from keyuan.platform.imports.remembering import fitting_mappings
from keyuan.platform.imports.tests.conftest import CLERK, FIELDS, NOW, work_off
from keyuan.platform.imports.tests.samples import csv_bytes, gzipped
from keyuan.platform.imports.tests.targets import THINGS
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.jobs.progress import Progress
from keyuan.platform.models import AuditEvent, ImportIssue, ImportJob, NumberCounter, TrackedJob

pytestmark = pytest.mark.django_db
HEAD = ["no", "sum", "word"]
BOOK = csv_bytes(HEAD, *([f"k{number}", f"{number}.25", ""] for number in range(1, 11)))


def counts(import_job):
    return {name: getattr(import_job, name) for name in ("rows_read", "created", "updated", "unchanged", "refused")}


def stored():
    return dict(NumberCounter.objects.values_list("series", "used"))


def test_a_book_is_written_and_reconciled(run):
    done = run(BOOK)

    assert done.stage == ImportJob.Stage.DONE
    assert counts(done) == {"rows_read": 10, "created": 10, "updated": 0, "unchanged": 0, "refused": 0}
    assert stored() == {f"k{number}": number * 100 + 25 for number in range(1, 11)}
    assert done.sums["amount"] == {
        "read": 5750, "taken": 5750, "repeated": 0, "refused": 0, "unreadable": 0, "raw": "0", "currency": "CNY",
    }  # fmt: skip
    assert done.lock_key is None


def test_the_same_file_again_changes_nothing_and_a_newer_one_updates(run):
    run(BOOK)

    again = run(BOOK)
    newer = run(BOOK.replace(b"k3,3.25", b"k3,9.99"))

    assert counts(again) == {"rows_read": 10, "created": 0, "updated": 0, "unchanged": 10, "refused": 0}
    assert counts(newer) == {"rows_read": 10, "created": 0, "updated": 1, "unchanged": 9, "refused": 0}
    assert stored()["k3"] == 999


def test_good_rows_are_kept_and_wrong_ones_named(run):
    data = csv_bytes(HEAD, ["a", "1", ""], ["b", "x", ""], ["c", "3", "bad"], ["d", "4", ""], ["e"], ["a", "1", ""])

    done = run(data)

    assert counts(done) == {"rows_read": 6, "created": 2, "updated": 0, "unchanged": 1, "refused": 3}
    assert stored() == {"a": 100, "d": 400}
    found = ImportIssue.objects.order_by("row_number").values_list("row_number", "field", "code")
    assert list(found) == [
        (3, "amount", "money.pattern"),
        (4, "word", "import.product_unknown"),
        (6, "", "import.cells"),
    ]
    sums = done.sums["amount"]
    assert (sums["read"], sums["taken"], sums["repeated"], sums["refused"]) == (900, 500, 100, 300)
    assert (sums["unreadable"], done.extras["repeated"]) == (1, 1)


def test_rows_that_contradict_each_other_are_all_refused(run):
    data = csv_bytes(HEAD, ["a", "1", ""], ["b", "2", ""], ["c", "1", ""], ["d", "1", ""], ["a", "2", ""])

    done = run(data)

    assert counts(done) == {"rows_read": 5, "created": 3, "updated": 0, "unchanged": 0, "refused": 2}
    assert "a" not in stored()
    found = ImportIssue.objects.order_by("row_number").values_list("row_number", "code", "params")
    assert list(found) == [(2, "import.contradiction", {"other": 6}), (6, "import.contradiction", {"other": 2})]


def test_all_or_nothing_writes_nothing_when_a_row_is_wrong(run):
    done = run(BOOK.replace(b"k7,7.25", b"k7,much"), mode="all_or_nothing")

    assert (done.stage, done.failure, done.failure_params) == ("refused", "import.all_or_nothing", {"refused": 1})
    assert (stored(), done.lock_key) == ({}, None)


def test_all_or_nothing_writes_everything_when_all_rows_are_right(run):
    done = run(BOOK, mode="all_or_nothing")

    assert (done.stage, done.created, len(stored())) == ("done", 10, 10)


def test_a_check_says_what_would_happen_and_writes_nothing(send, clerk):
    import_job = send(BOOK.replace(b"k7,7.25", b"k7,much"))

    done = work_off(lifecycle.start_check(actor=clerk, import_id=import_job.pk))

    assert done.stage == ImportJob.Stage.CHECKED
    assert counts(done) == {"rows_read": 10, "created": 9, "updated": 0, "unchanged": 0, "refused": 1}
    assert stored() == {}


def test_writing_after_a_check_counts_anew(send, clerk):
    import_job = send(BOOK)
    work_off(lifecycle.start_check(actor=clerk, import_id=import_job.pk))

    done = work_off(lifecycle.start_import(actor=clerk, import_id=import_job.pk))

    assert counts(done) == {"rows_read": 10, "created": 10, "updated": 0, "unchanged": 0, "refused": 0}


def test_slices_of_one_chunk_each_lose_and_double_nothing(run, monkeypatch):
    """Every slice ends after its first chunk, as if the worker had been exchanged after each."""
    left = {"chunks": 0}

    def one_chunk(self):
        left["chunks"] += 1
        return not self.is_finished and left["chunks"] % 2 == 1

    monkeypatch.setattr(Progress, "time_left", one_chunk)

    done = run(BOOK)

    assert done.job.step >= 4
    assert counts(done) == {"rows_read": 10, "created": 10, "updated": 0, "unchanged": 0, "refused": 0}
    assert done.sums["amount"]["taken"] == 5750


def test_a_chunk_that_fails_half_way_leaves_no_trace(send, clerk, monkeypatch):
    import_job = lifecycle.start_import(actor=clerk, import_id=send(BOOK).pk)
    good = THINGS.write
    calls = []

    def crash_in_the_second(chunk, context, outcome):
        good(chunk, context, outcome)
        calls.append(len(chunk))
        if len(calls) == 2:
            raise OSError(errno.EIO, "the disk went away")

    object.__setattr__(THINGS, "write", crash_in_the_second)
    try:
        run_job(import_job.job.pk, 0)
    finally:
        object.__setattr__(THINGS, "write", good)

    import_job.refresh_from_db()
    assert (len(stored()), import_job.rows_read, import_job.created) == (3, 3, 3)
    done = work_off(import_job)
    assert counts(done) == {"rows_read": 10, "created": 10, "updated": 0, "unchanged": 0, "refused": 0}


def test_a_second_import_of_the_same_source_is_refused_until_the_first_has_ended(send, clerk):
    first, second = send(BOOK), send(BOOK)
    lifecycle.start_import(actor=clerk, import_id=first.pk)

    with pytest.raises(Refused) as refusal:
        lifecycle.start_import(actor=clerk, import_id=second.pk)

    assert refusal.value.code == "import.busy"
    assert dict(refusal.value.params) == {"file": "book.csv", "who": "林晓岚"}
    work_off(first)
    assert work_off(lifecycle.start_import(actor=clerk, import_id=second.pk)).unchanged == 10


def test_another_source_may_be_imported_at_the_same_time(send, clerk):
    first, second = send(BOOK), send(BOOK, source="other")

    lifecycle.start_import(actor=clerk, import_id=first.pk)

    assert lifecycle.start_import(actor=clerk, import_id=second.pk).lock_key == "other"


def test_an_import_ended_on_the_page_of_jobs_holds_nothing_up(send, clerk):
    first, second = send(BOOK), send(BOOK)
    started = lifecycle.start_import(actor=clerk, import_id=first.pk)
    TrackedJob.objects.filter(pk=started.job_id).update(status=TrackedJob.Status.CANCELLED)

    assert lifecycle.start_import(actor=clerk, import_id=second.pk).lock_key == "shop"


def test_pausing_and_going_on(send, clerk):
    import_job = lifecycle.start_import(actor=clerk, import_id=send(BOOK).pk)

    lifecycle.pause_import(actor=clerk, import_id=import_job.pk)
    run_job(import_job.job_id, 0)
    assert stored() == {}
    lifecycle.resume_import(actor=clerk, import_id=import_job.pk)

    assert work_off(import_job).created == 10


def test_a_cancelled_import_keeps_what_was_written_and_frees_the_source(send, clerk):
    import_job = lifecycle.start_import(actor=clerk, import_id=send(BOOK).pk)

    lifecycle.cancel_import(actor=clerk, import_id=import_job.pk)

    import_job.refresh_from_db()
    assert (import_job.stage, import_job.lock_key) == ("cancelled", None)
    assert work_off(lifecycle.start_import(actor=clerk, import_id=import_job.pk)).created == 10


def test_all_or_nothing_cannot_be_cancelled_half_written(send, clerk):
    import_job = lifecycle.start_import(actor=clerk, import_id=send(BOOK, mode="all_or_nothing").pk)
    ImportJob.objects.filter(pk=import_job.pk).update(stage=ImportJob.Stage.WRITING, rows_read=3)

    with pytest.raises(Refused) as refusal:
        lifecycle.cancel_import(actor=clerk, import_id=import_job.pk)

    assert refusal.value.code == "import.half_written"


def test_a_file_that_cannot_be_read_leaves_nothing_behind(clerk):
    kept = set(vault.folder().rglob("*"))

    with pytest.raises(Refused) as refusal:
        lifecycle.receive_file(actor=clerk, name="x.csv.gz", blocks=[gzipped(BOOK)[:-4]], now=NOW)

    assert refusal.value.code == "import.gzip_truncated"
    assert {path for path in vault.folder().rglob("*") if path.is_file()} <= kept
    assert ImportJob.objects.count() == 0


def test_a_full_disk_during_the_upload_is_said_and_nothing_half_is_kept(clerk, monkeypatch):
    kept = {path for path in vault.folder().rglob("*") if path.is_file()}

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("keyuan.platform.files.vault.os.fsync", full)
    with pytest.raises(Refused) as refusal:
        lifecycle.receive_file(actor=clerk, name="book.csv", blocks=[BOOK], now=NOW)

    assert refusal.value.code == "file.disk_full"
    assert {path for path in vault.folder().rglob("*") if path.is_file()} == kept


def test_a_file_beyond_the_limit_is_refused_while_it_arrives(clerk, monkeypatch):
    monkeypatch.setattr("keyuan.platform.imports.storage.Metered.__init__.__defaults__", (10,))

    with pytest.raises(Refused) as refusal:
        lifecycle.receive_file(actor=clerk, name="book.csv", blocks=[BOOK], now=NOW)

    assert refusal.value.code == "import.file_large"


def test_the_stored_file_is_not_readable_on_the_disk(send):
    import_job = send(BOOK)

    assert b"k1,1.25" not in vault.path_of(import_job.storage_name).read_bytes()


def test_an_expired_file_is_removed_and_cannot_be_run_again(send, run, clerk):
    import_job = send(BOOK)

    gone = lifecycle.forget_files(now=import_job.expires_at.replace(year=2026))

    assert gone == 1
    assert not vault.path_of(import_job.storage_name).exists()
    with pytest.raises(Refused) as refusal:
        lifecycle.start_import(actor=clerk, import_id=import_job.pk)
    assert refusal.value.code == "import.expired"


def test_a_mapping_that_does_not_fit_is_refused_and_nothing_changes(send, clerk):
    import_job = send(BOOK)
    stored_mapping = {"target": THINGS.key, "source": "shop", "fields": {"key": {"column": "gone"}}}

    with pytest.raises(Invalid):
        lifecycle.configure(actor=clerk, import_id=import_job.pk, mapping=from_json(stored_mapping), unit="HQ")

    import_job.refresh_from_db()
    assert import_job.mapping["fields"] == FIELDS


def test_nothing_is_imported_into_a_unit_out_of_reach(send, clerk):
    import_job = send(BOOK)
    mapping = from_json(import_job.mapping)

    with pytest.raises(Refused) as refusal:
        lifecycle.configure(actor=clerk, import_id=import_job.pk, mapping=mapping, unit="BRANCH9")

    assert refusal.value.code == "import.unit"


def test_a_mapping_cannot_change_while_rows_are_written(send, clerk):
    import_job = lifecycle.start_import(actor=clerk, import_id=send(BOOK).pk)

    with pytest.raises(Conflict):
        lifecycle.configure(actor=clerk, import_id=import_job.pk, mapping=from_json(import_job.mapping), unit="HQ")


def test_a_used_mapping_is_remembered_for_files_with_the_same_columns(run):
    done = run(BOOK)

    found = fitting_mappings(Layout.from_json(done.layout))

    assert [(mapping.name, mapping.source, mapping.target) for mapping in found] == [("shop", "shop", THINGS.key)]


def test_a_finished_import_stands_once_in_the_audit_trail(run):
    done = run(BOOK)

    events = AuditEvent.objects.filter(subject_kind="import", subject_id=done.pk).order_by("pk")
    assert [(event.action, event.reason) for event in events] == [("import", "upload"), ("import", "")]
    assert events[1].facts["created"] == 10
    assert events[1].actor_id == CLERK.id


def test_nobody_imports_without_the_permission_or_moves_the_imports_of_others(send, clerk, system):
    from dataclasses import replace

    import_job = send(BOOK)
    stranger = replace(clerk, id=8)

    with pytest.raises(NotFound):
        lifecycle.start_import(actor=stranger, import_id=import_job.pk)
    with pytest.raises(Forbidden):
        lifecycle.receive_file(actor=replace(clerk, permissions=frozenset()), name="x", blocks=[BOOK], now=NOW)


def test_a_row_too_many_in_the_queue_does_nothing(send, clerk):
    import_job = lifecycle.start_import(actor=clerk, import_id=send(BOOK).pk)
    done = work_off(import_job)

    run_job(import_job.job_id, 0)
    run_job(import_job.job_id, done.job.step)

    assert counts(work_off(import_job)) == counts(done)
