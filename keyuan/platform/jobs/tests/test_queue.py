"""The queue: nothing lost, nothing run that was rolled back, failures retried or parked (PLT-10, decision 8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from keyuan.platform.jobs import enqueue
from keyuan.platform.jobs.drain import drain
from keyuan.platform.jobs.queue import opened
from keyuan.platform.jobs.retry import MAX_ATTEMPTS, pause_after
from keyuan.platform.jobs.runner import retry_failed, run
from keyuan.platform.jobs.tests.workload import counted
from keyuan.platform.models import FailedJob

pytestmark = pytest.mark.django_db
WORK = "keyuan.platform.jobs.tests.workload"


def test_a_job_runs_with_its_arguments():
    enqueue(f"{WORK}.add", series="a")

    assert drain() == 1
    assert counted("a") == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_no_job():
    with transaction.atomic():
        enqueue(f"{WORK}.add", series="a")
        transaction.set_rollback(True)

    assert drain() == 0


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), (1, 2), {1: "key"}, object()])
def test_arguments_that_json_would_change_are_refused(value):
    with pytest.raises(TypeError):
        enqueue(f"{WORK}.add", series=value)


def test_a_job_for_later_waits():
    enqueue(f"{WORK}.add", run_at=timezone.now() + timedelta(hours=1), series="a")

    assert drain() == 0
    assert drain(until=timezone.now() + timedelta(hours=2)) == 1


def test_a_failure_that_heals_is_tried_again_after_a_pause():
    enqueue(f"{WORK}.heals_later", series="a")

    drain()

    message = OrmQ.objects.get()
    assert opened(message)["attempt"] == 2
    assert timedelta(seconds=10) < message.lock - timezone.now() <= pause_after(1)


def test_pauses_grow():
    assert [pause_after(attempt).total_seconds() for attempt in range(1, 6)] == [15, 60, 240, 960, 3600]


def test_a_job_that_never_heals_is_parked_after_the_last_attempt():
    enqueue(f"{WORK}.heals_later", series="a")

    drain(until=timezone.now() + timedelta(days=1))

    assert counted("a") == MAX_ATTEMPTS
    assert FailedJob.objects.get().attempts == MAX_ATTEMPTS


def test_a_bug_is_parked_at_once_without_personal_data():
    run(f"{WORK}.never_heals", {"series": "a"}, 1)

    failed = FailedJob.objects.get()
    assert (failed.error, failed.attempts) == ("LookupError", 1)
    assert "never_heals" in failed.trace
    assert "张三" not in failed.trace + failed.error


def test_an_unknown_function_is_parked():
    run("keyuan.no.such", {}, 1)

    assert FailedJob.objects.get().error == "ModuleNotFoundError"


def test_a_parked_job_is_retried_once():
    run(f"{WORK}.never_heals", {"series": "a"}, 1)
    failed = FailedJob.objects.get()

    assert retry_failed(failed.pk)
    assert not retry_failed(failed.pk)
    assert OrmQ.objects.count() == 1
