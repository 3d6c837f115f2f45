"""The timetable: seeded from code, edited by operators, each moment once (PLT-10)."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django_q.models import OrmQ

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.platform.jobs.timetable import edit_schedule, next_moment, run_due, run_now, seed
from keyuan.platform.models import AuditEvent, ScheduledTask
from keyuan.platform.permissions import JOBS_MANAGE

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 14, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OPERATOR = Actor(ActorKind.STAFF, 9, "赵运维", permissions=frozenset({JOBS_MANAGE}))
NIGHT = ScheduleSpec("test.night", "Night", "keyuan.platform.jobs.tests.workload.add", "30 2 * * *", {"series": "a"})


@pytest.fixture(autouse=True)
def timetable(monkeypatch):
    monkeypatch.setattr(schedules, "_items", {NIGHT.key: NIGHT})
    ScheduledTask.objects.all().delete()
    seed(NOW)
    return ScheduledTask.objects.get


@pytest.mark.parametrize("cron, moment", [
    ("30 2 * * *", (9, 2, 30)), ("*/10 * * * *", (8, 14, 10)), ("0 9 * * 1-5", (9, 9, 0)), ("0 0 1 * *", (1, 0, 0)),
])  # fmt: skip
def test_rules_are_read_in_local_time(cron, moment):
    found = next_moment(cron, NOW)

    assert (found.day, found.hour, found.minute) == moment


@pytest.mark.parametrize("cron", ["", "x", "60 2 * * *", "* * * *", "* * * * * *", "@daily", "0 0 31 2 *"])
def test_a_rule_that_is_none_is_refused(cron):
    with pytest.raises(Refused, match=r"schedule\.cron"):
        next_moment(cron, NOW)


def test_what_is_due_runs_once_and_is_planned_anew():
    at = NOW + timedelta(days=1)

    assert [run_due(NOW), run_due(at), run_due(at)] == [0, 1, 0]
    assert ScheduledTask.objects.get().next_at > at


def test_nights_missed_count_as_one():
    assert run_due(NOW + timedelta(days=7)) == 1
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_enqueue_it_once():
    def work():
        run_due(NOW + timedelta(days=1))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert OrmQ.objects.count() == 1


def test_an_edited_rule_survives_the_next_start():
    edit_schedule(actor=OPERATOR, key="test.night", cron="0  4 * * *", is_active=True, now=NOW)
    seed(NOW)

    task = ScheduledTask.objects.get()
    assert (task.cron, task.next_at.astimezone(NOW.tzinfo).hour) == ("0 4 * * *", 4)
    assert AuditEvent.objects.get().changed == {"cron": ["30 2 * * *", "0 4 * * *"]}


def test_an_entry_that_is_off_does_not_run():
    edit_schedule(actor=OPERATOR, key="test.night", cron="30 2 * * *", is_active=False, now=NOW)

    assert run_due(NOW + timedelta(days=1)) == 0


def test_an_entry_runs_at_once_when_asked():
    run_now(actor=OPERATOR, key="test.night")

    assert OrmQ.objects.count() == 1


def test_an_entry_unknown_to_this_program_waits_for_one_that_knows_it(monkeypatch):
    monkeypatch.setattr(schedules, "_items", {})

    assert run_due(NOW + timedelta(days=1)) == 0
    with pytest.raises(Conflict):
        run_now(actor=OPERATOR, key="test.night")


def test_the_timetable_is_edited_with_permission_only():
    with pytest.raises(Forbidden):
        edit_schedule(actor=Actor(ActorKind.STAFF, 1, "x"), key="test.night", cron="* * * * *", is_active=True, now=NOW)

    assert ScheduledTask.objects.get().cron == "30 2 * * *"
