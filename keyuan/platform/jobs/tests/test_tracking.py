"""Watched jobs: work and progress commit together, doubles do nothing, people may pause and cancel (PLT-10)."""

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Conflict, NotFound
from keyuan.platform.jobs import cancel_job, jobs_visible_to, pause_job, resume_job, retry_job, start_tracked, stopping
from keyuan.platform.jobs.chunks import LOST_AFTER, recover_lost, run_job
from keyuan.platform.jobs.drain import drain
from keyuan.platform.jobs.progress import Interrupted, Progress
from keyuan.platform.jobs.tests.workload import TOTAL, count, counted, whole
from keyuan.platform.models import LiveEvent, Notice, TrackedJob
from keyuan.platform.permissions import JOBS_MANAGE

pytestmark = pytest.mark.django_db
OWNER = Actor(ActorKind.STAFF, 7, "王芳", post_id=70)
OTHER = Actor(ActorKind.STAFF, 8, "李四", post_id=80)
OPERATOR = Actor(ActorKind.STAFF, 9, "赵运维", permissions=frozenset({JOBS_MANAGE}))


def status(job):
    job.refresh_from_db()
    return job.status


def test_a_whole_job_runs_and_keeps_its_result():
    job = start_tracked(OWNER, "test.whole", whole, params={"file": "a.csv"}, series="a")
    drain()

    assert status(job) == "done"
    assert (job.result, job.params, job.actor_name) == ({"series": "a"}, {"file": "a.csv"}, "王芳")


def test_another_function_than_the_registered_one_is_refused():
    with pytest.raises(ValueError, match="whole"):
        start_tracked(OWNER, "test.whole", "keyuan.other")


def test_a_chunked_job_counts_once():
    job = start_tracked(OWNER, "test.chunks", series="a")
    drain()

    assert status(job) == "done"
    assert (counted("a"), job.done, job.total, job.percent) == (TOTAL, TOTAL, TOTAL, 100)
    assert job.result == {"counted": TOTAL}


def test_each_chunk_is_a_message_of_its_own():
    job = start_tracked(OWNER, "test.single_steps", series="a")

    assert drain() == 3
    assert (status(job), counted("a"), job.step) == ("done", 3, 3)


def test_a_worker_that_is_told_to_end_leaves_the_rest_to_the_next(monkeypatch):
    job = start_tracked(OWNER, "test.chunks", series="a")
    answers = iter([False] * 3 + [True] * 9)
    with monkeypatch.context() as patched:
        patched.setattr(stopping, "is_asked", lambda: next(answers))
        run_job(job.pk, 0)
    assert (status(job), 0 < counted("a") < TOTAL) == ("queued", True)

    drain()

    assert (status(job), counted("a")) == ("done", TOTAL)


def test_a_step_that_fails_leaves_neither_work_nor_progress_and_is_tried_again():
    job = start_tracked(OWNER, "test.chunks", series="a", crash_at=15, how="heals")
    drain()

    assert (status(job), counted("a"), job.done, job.state, job.attempts) == ("queued", 10, 10, {"at": 10}, 1)
    count("mended")
    drain(until=timezone.now() + LOST_AFTER)
    assert (status(job), counted("a")) == ("done", TOTAL)


def test_a_refusal_fails_the_job_with_its_code_and_tells_the_owner():
    job = start_tracked(OWNER, "test.chunks", series="a", crash_at=15, how="refused")
    drain()

    assert (status(job), job.error, counted("a")) == ("failed", "test.refused", 10)
    assert Notice.objects.get(user_id=7).code == "job.failed"


def test_a_failed_job_goes_on_where_it_stood():
    job = start_tracked(OWNER, "test.chunks", series="a", crash_at=15, how="refused")
    drain()
    count("mended")

    retry_job(actor=OWNER, job_id=job.pk)
    drain()

    assert (status(job), counted("a")) == ("done", TOTAL)


def test_a_message_delivered_twice_does_nothing():
    job = start_tracked(OWNER, "test.single_steps", series="a")
    run_job(job.pk, 0)

    run_job(job.pk, 0)

    assert counted("a") == 1


def test_a_run_that_was_taken_over_cannot_commit():
    job = start_tracked(OWNER, "test.chunks", series="a")
    TrackedJob.objects.update(status="running", token="first")
    slow = Progress(TrackedJob.objects.get())
    TrackedJob.objects.update(token="second")

    with pytest.raises(Interrupted), slow.step():
        count("a")

    assert counted("a") == 0
    assert status(job) == "running"


def test_a_paused_job_stands_still_until_it_is_resumed():
    job = start_tracked(OWNER, "test.single_steps", series="a")
    run_job(job.pk, 0)

    pause_job(actor=OWNER, job_id=job.pk)
    drain()
    assert (status(job), counted("a")) == ("paused", 1)

    resume_job(actor=OWNER, job_id=job.pk)
    drain()
    assert (status(job), counted("a")) == ("done", 3)


def test_a_pause_takes_the_job_from_the_run_that_holds_it():
    job = start_tracked(OWNER, "test.chunks", series="a")
    TrackedJob.objects.update(status="running", token="first")
    running = Progress(TrackedJob.objects.get())

    pause_job(actor=OWNER, job_id=job.pk)

    with pytest.raises(Interrupted), running.step():
        count("a")


def test_a_cancelled_job_keeps_what_it_did_and_does_no_more():
    job = start_tracked(OWNER, "test.single_steps", series="a")
    run_job(job.pk, 0)

    cancel_job(actor=OWNER, job_id=job.pk)
    drain()

    assert (status(job), counted("a")) == ("cancelled", 1)
    with pytest.raises(Conflict):
        resume_job(actor=OWNER, job_id=job.pk)


def test_a_job_that_lost_its_message_is_found_again():
    job = start_tracked(OWNER, "test.single_steps", series="a")
    OrmQ.objects.all().delete()
    assert recover_lost() == 0

    TrackedJob.objects.update(heartbeat_at=timezone.now() - LOST_AFTER * 2)
    assert recover_lost() == 1
    drain()

    assert (status(job), counted("a")) == ("done", 3)


def test_jobs_are_seen_by_their_owner_and_by_operators():
    job = start_tracked(OWNER, "test.single_steps", series="a")

    assert [jobs_visible_to(actor).count() for actor in (OWNER, OTHER, OPERATOR)] == [1, 0, 1]
    with pytest.raises(NotFound):
        cancel_job(actor=OTHER, job_id=job.pk)


def test_progress_is_announced_to_open_pages():
    job = start_tracked(OWNER, "test.chunks", series="a")
    drain()

    told = list(LiveEvent.objects.filter(topic="user:7", kind=f"job-{job.pk}").order_by("id"))
    assert [event.payload["status"] for event in told] == ["running", "done"]
