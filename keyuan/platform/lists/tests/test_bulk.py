"""Bulk actions: freeze, preview, run once, fail row by row, take back (ui.md, Bulk actions; decision 24)."""

from datetime import timedelta

import pytest

from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.platform.jobs import TrackedJob
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.lists import bulk
from keyuan.platform.lists.bulk.failures import failure_rows
from keyuan.platform.lists.tests.samples import (
    BREAKING,
    CONTEXT,
    FINAL,
    FORBIDDEN,
    MARKING,
    NOW,
    READER,
    TODAY,
    make_rows,
    person,
)
from keyuan.platform.models import AuditEvent, BulkRun, Export, Selection

TOKEN = "one form"
pytestmark = pytest.mark.django_db


def run(spec, ids=(), *, action=MARKING, selection_id=None, token=TOKEN, actor=READER, data=None):
    return bulk.run_bulk(
        actor=actor,
        spec=spec,
        action=action,
        ids=list(ids),
        selection_id=selection_id,
        data=data or {"text": "marked"},
        token=token,
        now=NOW,
        today=TODAY,
    )


def freeze(spec, query="sort=size"):
    return bulk.freeze_selection(actor=READER, spec=spec, query=query, now=NOW, today=TODAY)


def work(job_id):
    """Do the job's chunks one after the other, as the worker does."""
    while (job := TrackedJob.objects.get(pk=job_id)).status == TrackedJob.Status.QUEUED:
        run_job(job.pk, job.step)
    return job


def marked():
    return Export.objects.filter(title="marked").count()


def test_preview_says_how_many_qualify_and_why_others_do_not(samples):
    ids = [row.pk for row in make_rows(5)] + [999_999]

    seen = bulk.preview(
        actor=READER, spec=samples, action=MARKING, ids=ids, selection_id=None, context=CONTEXT, now=NOW
    )

    assert (seen.asked, seen.qualify) == (6, 2)
    assert seen.refused == [("sample.even", {}, 3), ("list.out_of_reach", {}, 1)]
    assert marked() == 0


def test_run_does_the_qualifying_rows_and_lists_the_others(samples):
    ids = [row.pk for row in make_rows(5)]

    done = run(samples, ids)

    assert (done.status, done.total, done.done, done.refused) == ("DONE", 5, 2, 3)
    assert marked() == 2
    assert list(failure_rows(READER, done, CONTEXT)) == [("t0", "Even"), ("t2", "Even"), ("t4", "Even")]


def test_rows_out_of_the_lists_reach_are_left_alone_whatever_the_action_says(samples):
    foreign = [row.pk for row in make_rows(3, owner=77)]

    done = run(samples, foreign)

    assert (done.done, done.refused, marked()) == (0, 3, 0)


def test_second_sending_of_one_form_finds_the_first_run(samples):
    ids = [row.pk for row in make_rows(4)]
    first = run(samples, ids)

    second = run(samples, ids, data={"text": "again"})

    assert second.pk == first.pk
    assert BulkRun.objects.count() == 1
    assert marked() == 2


def test_token_of_another_person_is_refused(samples):
    ids = [row.pk for row in make_rows(4)]
    run(samples, ids)

    with pytest.raises(Refused, match=r"form\.token"):
        run(samples, ids, actor=person(6))


@pytest.mark.parametrize("ids, code", [([], "list.nothing_selected"), (range(1, 1002), "list.too_many_ticked")])
def test_too_few_or_too_many_ticks_are_refused(samples, ids, code):
    with pytest.raises(Refused, match=code):
        run(samples, ids)


def test_action_needs_its_permission(samples):
    ids = [row.pk for row in make_rows(2)]

    with pytest.raises(Forbidden):
        run(samples, ids, action=FORBIDDEN)

    assert (marked(), BulkRun.objects.count()) == (0, 0)


def test_run_is_on_the_trail(samples):
    run(samples, [row.pk for row in make_rows(2)])

    event = AuditEvent.objects.get()
    assert (event.action, event.subject_kind, event.actor_id) == ("bulk", "bulk_run", READER.id)


def test_undo_puts_everything_back(samples):
    done = run(samples, [row.pk for row in make_rows(4)])

    undone = bulk.undo_bulk(actor=READER, run_id=done.pk, now=NOW + timedelta(hours=23))

    assert (undone.status, undone.undone, marked()) == ("UNDONE", 2, 0)


def test_second_undo_is_a_conflict(samples):
    done = run(samples, [row.pk for row in make_rows(4)])
    bulk.undo_bulk(actor=READER, run_id=done.pk, now=NOW)

    with pytest.raises(Conflict):
        bulk.undo_bulk(actor=READER, run_id=done.pk, now=NOW)


def test_undo_after_its_time_is_refused_and_changes_nothing(samples):
    done = run(samples, [row.pk for row in make_rows(4)])

    with pytest.raises(Refused, match=r"list\.undo_too_late"):
        bulk.undo_bulk(actor=READER, run_id=done.pk, now=NOW + timedelta(hours=25))

    assert marked() == 2


def test_action_without_undo_offers_none(samples):
    done = run(samples, [row.pk for row in make_rows(4)], action=FINAL)

    assert not bulk.may_undo(done, NOW)
    with pytest.raises(Refused):
        bulk.undo_bulk(actor=READER, run_id=done.pk, now=NOW)


def test_another_persons_run_does_not_exist(samples):
    done = run(samples, [row.pk for row in make_rows(4)])

    with pytest.raises(NotFound):
        bulk.undo_bulk(actor=person(6), run_id=done.pk, now=NOW)


def test_selection_freezes_what_matches_now(samples):
    make_rows(30)
    make_rows(5, owner=77)
    selection = freeze(samples, "status=READY&sort=-size")
    make_rows(3, start=100)

    done = run(samples, selection_id=selection.pk)

    assert (selection.total, done.total, done.done) == (30, 30, 15)


def test_selection_of_another_person_is_gone(samples):
    make_rows(3)
    selection = freeze(samples)

    with pytest.raises(NotFound):
        run(samples, selection_id=selection.pk, actor=person(6))


def test_large_selection_is_counted_in_a_job_and_run_in_chunks(samples, known_people, monkeypatch):
    monkeypatch.setattr("keyuan.platform.lists.bulk.selection.AT_ONCE", 100)
    monkeypatch.setattr("keyuan.platform.lists.bulk.selection.STRIDE", 400)
    make_rows(1500)
    selection = freeze(samples)
    assert (selection.total, selection.finished_at) == (0, None)
    with pytest.raises(Refused, match=r"list\.selection_running"):
        run(samples, selection_id=selection.pk)

    assert work(selection.job_id).status == "done"
    started = run(samples, selection_id=selection.pk)

    assert Selection.objects.get().total == 1500
    assert (started.status, marked()) == ("RUNNING", 0)
    job = work(started.job_id)
    started.refresh_from_db()
    assert (job.status, job.done, started.status, started.done) == ("done", 1500, "DONE", 750)
    assert marked() == 750


def test_large_run_is_taken_back_in_a_job(samples, known_people):
    make_rows(1200)
    started = run(samples, selection_id=freeze(samples).pk)
    work(started.job_id)

    undoing = bulk.undo_bulk(actor=READER, run_id=started.pk, now=BulkRun.objects.get().finished_at)
    work(undoing.job_id)

    undoing.refresh_from_db()
    assert (undoing.status, undoing.undone, marked()) == ("UNDONE", 600, 0)


def test_failing_chunk_keeps_nothing_of_itself(samples, known_people):
    make_rows(1500)
    started = run(samples, action=BREAKING, selection_id=freeze(samples).pk)

    job = work(started.job_id)

    started.refresh_from_db()
    assert (job.status, job.done, started.done) == ("failed", 1000, 500)
    assert Export.objects.filter(title="half").count() == 500
