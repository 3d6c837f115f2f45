"""Background work in the browser: one's own jobs, everybody's for operators, the timetable (PLT-10)."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform import clock
from keyuan.platform.jobs import start_tracked
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.jobs.runner import run
from keyuan.platform.jobs.tests import workload
from keyuan.platform.jobs.timetable import seed
from keyuan.platform.models import AuditEvent, FailedJob, OutboxEvent, ScheduledTask, TrackedJob
from keyuan.platform.permissions import JOBS_MANAGE, JOBS_VIEW

pytestmark = pytest.mark.django_db
OWNER = Actor(ActorKind.STAFF, 7, "王芳", permissions=frozenset({JOBS_VIEW}))
OTHER = Actor(ActorKind.STAFF, 8, "李四", permissions=frozenset({JOBS_VIEW}))
OPERATOR = Actor(ActorKind.STAFF, 9, "赵运维", permissions=frozenset({JOBS_VIEW, JOBS_MANAGE}))


@pytest.fixture
def job():
    assert workload.TOTAL
    return start_tracked(OWNER, "test.single_steps", series="a")


def status():
    return TrackedJob.objects.get().status


def test_a_job_is_watched_by_its_owner_and_by_operators_only(as_actor, job):
    address = reverse("platform:job", args=[job.pk])

    assert [as_actor(actor).get(address).status_code for actor in (OWNER, OTHER, OPERATOR)] == [200, 404, 200]
    assert "test.single_steps" in as_actor(OWNER).get(reverse("platform:jobs")).content.decode()
    assert "test.single_steps" not in as_actor(OTHER).get(reverse("platform:jobs")).content.decode()


def test_progress_asks_again_only_while_the_job_may_move(as_actor, job):
    address = reverse("platform:job", args=[job.pk])
    assert "every 3s" in as_actor(OWNER).get(address, headers={"HX-Request": "true"}).content.decode()

    TrackedJob.objects.update(status="done")

    assert "every 3s" not in as_actor(OWNER).get(address, headers={"HX-Request": "true"}).content.decode()


def test_a_job_is_paused_resumed_and_cancelled(as_actor, job):
    browser = as_actor(OWNER)
    seen = []
    for act in ("pause", "resume", "cancel"):
        browser.post(reverse(f"platform:job-{act}", args=[job.pk]))
        seen.append(status())

    assert seen == ["paused", "queued", "cancelled"]


def test_anothers_job_cannot_be_touched(as_actor, job):
    for act in ("pause", "resume", "retry", "cancel"):
        assert as_actor(OTHER).post(reverse(f"platform:job-{act}", args=[job.pk])).status_code == 404

    assert status() == "queued"


def test_what_came_too_late_is_said_and_changes_nothing(as_actor, job):
    run_job(job.pk, 0)
    TrackedJob.objects.update(status="done")

    as_actor(OWNER).post(reverse("platform:job-pause", args=[job.pk]))

    assert status() == "done"


@pytest.mark.parametrize("act, left, waiting", [("retry", 0, 1), ("dismiss", 0, 0)])
def test_failed_jobs_are_retried_or_dismissed_by_operators(as_actor, act, left, waiting):
    run("keyuan.platform.jobs.tests.workload.never_heals", {"series": "a"}, 1)
    address = reverse(f"platform:failed-{act}", args=[FailedJob.objects.get().pk])
    assert as_actor(OWNER).post(address).status_code == 403

    assert "never_heals" in as_actor(OPERATOR).get(reverse("platform:jobs")).content.decode()
    as_actor(OPERATOR).post(address)

    assert (FailedJob.objects.count(), OrmQ.objects.count()) == (left, waiting)
    assert AuditEvent.objects.filter(action="job").exists() is (act == "dismiss")


def test_parked_events_are_delivered_again(as_actor):
    now = timezone.now()
    OutboxEvent.objects.create(event="E", handler="h", payload={}, status="parked", created_at=now, due_at=now)

    as_actor(OPERATOR).post(reverse("platform:parked-retry", args=[OutboxEvent.objects.get().pk]))

    assert OutboxEvent.objects.get().status == "pending"


def test_the_timetable_is_edited_by_operators(as_actor):
    seed(clock.now())
    address = reverse("platform:schedule", args=["audit.seal"])
    assert as_actor(OWNER).get(address).status_code == 403

    wrong = as_actor(OPERATOR).post(address, {"cron": "often", "is_active": "on"})
    right = as_actor(OPERATOR).post(address, {"cron": "*/5 * * * *", "is_active": "on"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert ScheduledTask.objects.get(key="audit.seal").cron == "*/5 * * * *"


def test_an_entry_of_the_timetable_runs_at_once(as_actor):
    seed(clock.now())

    as_actor(OPERATOR).post(reverse("platform:schedule-run", args=["audit.seal"]))

    assert OrmQ.objects.count() == 1


def test_an_unknown_entry_is_not_found(as_actor):
    assert as_actor(OPERATOR).get(reverse("platform:schedule", args=["nothing"])).status_code == 404
