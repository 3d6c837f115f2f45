"""Clocks in the tables: ledger, scan by index, calendars loaded and changed, working out anew (SRV-2)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.clocks import Ask, Clock, ClockKind, ClockSpan, Kind, Terms, Unit, clock_kinds
from keyuan.platform.clocks import keeping as clocks
from keyuan.platform.clocks.calendars import load_year, set_hours
from keyuan.platform.clocks.hours import ZONE
from keyuan.platform.clocks.jobs import restand_clocks
from keyuan.platform.clocks.scanning import scan
from keyuan.platform.jobs.drain import drain
from keyuan.platform.lists.testing import plan_of
from keyuan.platform.subjects import Subject

pytestmark = pytest.mark.django_db
ACTOR = system_actor("clock test")
FOUR_HOURS = Terms(Unit.WORK, 240)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = at("2026-03-16 08:30")


@pytest.fixture
def told(monkeypatch):
    found = []
    kind = ClockKind("clock_test", lambda alerts, _now: found.extend(alerts), lambda ids, _now: found.extend(ids))
    monkeypatch.setitem(clock_kinds._items, kind.key, kind)
    return found


def started(number=1, terms=FOUR_HOURS, begin=MONDAY, key="answer"):
    subject = Subject("clock_test", number)
    return clocks.start(Ask(subject, key, terms, "desk", begin), actor=ACTOR, now=begin), subject


def test_a_clock_starts_once():
    one, subject = started()
    other, _subject = started()

    assert one.pk == other.pk
    assert (one.due_at, one.warn_at) == (at("2026-03-16 14:00"), at("2026-03-16 11:42"))
    assert [clock.pk for clock in clocks.clocks_of(subject)] == [one.pk]


def test_what_lives_in_the_row_is_what_the_ledger_says():
    clock, subject = started()
    steps = [(Kind.PAUSE, 1), (Kind.RUN, 30), (Kind.PAUSE, 50), (Kind.PAUSE, 51), (Kind.RUN, 80), (Kind.STOP, 99)]
    for kind, hours in steps:
        moment = MONDAY + timedelta(hours=hours)
        clocks.mark(subject, kind, actor=ACTOR, at=moment, now=moment)
        live = Clock.objects.values_list(*clocks.DERIVED).get(pk=clock.pk)
        clocks.restand([clock.pk], now=moment)
        assert Clock.objects.values_list(*clocks.DERIVED).get(pk=clock.pk) == live

    assert ClockSpan.objects.filter(clock=clock).count() == 7


def test_the_ledger_is_only_added_to():
    clock, _subject = started()

    with pytest.raises(TypeError):
        clock.spans.get().save()


def test_each_step_is_told_once_and_a_night_without_workers_counts_as_one(told):
    clock, _subject = started()

    moments = ["2026-03-16 11:41", "2026-03-16 11:42", "2026-03-16 11:43", "2026-03-16 14:00", "2026-03-16 14:01"]
    counts = [scan(at(moment)) for moment in moments]
    late = scan(at("2026-03-30 09:00")), scan(at("2026-03-30 09:01"))

    assert (counts, late) == ([0, 1, 0, 1, 0], (1, 0))
    assert [(alert.step, alert.clock_key) for alert in told] == [(1, "answer"), (2, "answer"), (4, "answer")]
    assert told[0].due_at == clock.due_at


def test_more_time_makes_the_warning_come_again(told):
    clock, _subject = started(terms=Terms(Unit.DAYS, 15, is_statutory=True))
    scan(at("2026-04-01 09:00"))
    clock.refresh_from_db()
    assert clock.step == 2

    clocks.extend(clock, 30, actor=ACTOR, reason="COMPLEX", now=at("2026-04-02 10:00"))

    assert (clock.step, clock.due_at) == (0, at("2026-04-16 00:00"))
    assert clock.next_at == clock.warn_at


def test_the_scan_reads_the_index_of_next_steps():
    due = Clock.objects.filter(next_at__lte=MONDAY).order_by("next_at", "pk")

    if connection.vendor == "sqlite":
        assert "clock_next" in plan_of(due)[0]


def test_many_clocks_start_in_few_statements():
    asks = [Ask(Subject("clock_test", number), "answer", FOUR_HOURS, "desk", MONDAY) for number in range(300)]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        clocks.start_many(asks, actor=ACTOR, now=MONDAY)

    assert Clock.objects.count() == 300
    assert len(queries) <= 16


def test_a_loaded_year_moves_the_clocks_that_run(told, admin_actor):
    clock, _subject = started(terms=Terms(Unit.WORKDAYS, 2), begin=at("2027-02-04 10:00"))
    assert clock.due_at == at("2027-02-08 17:30")

    load_year(
        actor=admin_actor, year=2027, holidays=[date(2027, 2, 5), date(2027, 2, 8)],
        working_days=[date(2027, 2, 6)], source="国办发明电", version=0, now=MONDAY,
    )  # fmt: skip
    drain()

    clock.refresh_from_db()
    assert clock.due_at == at("2027-02-09 17:30")
    assert told == [1]


@pytest.fixture
def admin_actor(actor_as):
    return actor_as("administrator")


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"year": 1900}, "calendar.year"),
        ({"holidays": [date(2028, 1, 1)]}, "calendar.other_year"),
        ({"working_days": [date(2027, 1, 1)]}, "calendar.both"),
        ({"working_days": [date(2027, 1, 4)]}, "calendar.not_weekend"),
        ({"holidays": []}, "calendar.no_holidays"),
        ({"version": 3}, "calendar.moved_on"),
    ],
)
def test_a_table_that_cannot_be_is_refused(admin_actor, changes, code):
    values = {"year": 2027, "holidays": [date(2027, 1, 1)], "working_days": [], "source": "", "version": 0} | changes

    with pytest.raises(Refused) as refused:
        load_year(actor=admin_actor, now=MONDAY, **values)

    assert refused.value.code == code


def test_opening_hours_change_with_their_clocks(told, admin_actor):
    clock, _subject = started()
    week = ["09:00-11:00"] * 5 + ["", ""]

    set_hours(actor=admin_actor, key="desk", week=week, holiday="", days={}, version=0, now=MONDAY)
    drain()

    clock.refresh_from_db()
    assert clock.due_at == at("2026-03-17 11:00")
    with pytest.raises(Conflict):
        set_hours(actor=admin_actor, key="desk", week=week, holiday="", days={}, version=0, now=MONDAY)
    with pytest.raises(Refused, match=r"calendar\.hours"):
        set_hours(actor=admin_actor, key="desk", week=["x"] * 7, holiday="", days={}, version=1, now=MONDAY)


def test_the_job_of_working_out_anew_is_registered():
    assert restand_clocks.__name__ == "restand_clocks"
