"""Clocks by their ledger: terms, pauses, extensions, year ends (SRV-2; domain.md §0.1, §0.2)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.kernel.calendars import builtin_calendar
from keyuan.platform.clocks.hours import MINUTE, ZONE, Hours, NeverOpen
from keyuan.platform.clocks.ledger import Kind, Mark, State, Terms, Unit, share_used, stand
from keyuan.platform.clocks.timetables import text_of, windows_of

WEEK = (windows_of("08:30-12:00 13:30-17:30"),) * 5 + ((), ())
DESK = Hours(WEEK, (), {}, builtin_calendar())
ROUND = Hours((windows_of("00:00-24:00"),) * 7, windows_of("00:00-24:00"), {}, builtin_calendar())
HOTLINE = Hours((windows_of("08:00-20:00"),) * 7, windows_of("09:00-12:00"), {}, builtin_calendar())


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "start, minutes, due",
    [
        ("2025-03-03 08:30", 240, "2025-03-03 14:00"),
        ("2025-03-03 13:30", 240, "2025-03-03 17:30"),
        ("2025-03-03 12:30", 30, "2025-03-03 14:00"),
        ("2025-03-07 17:00", 60, "2025-03-10 09:00"),
        # 30 April 2025 is the eve of a holiday of five days.
        ("2025-04-30 17:00", 60, "2025-05-06 09:00"),
        # 26 January 2025 was a Sunday worked in exchange for the Spring Festival.
        ("2025-01-24 17:00", 60, "2025-01-26 09:00"),
        ("2024-12-31 17:00", 60, "2025-01-02 09:00"),
    ],
)
def test_working_time_skips_rest_and_counts_days_worked_in_exchange(start, minutes, due):
    assert DESK.after(at(start), minutes * MINUTE) == at(due)


@pytest.mark.parametrize(
    "unit, amount, rolls, due",
    [
        # The vectors of domain.md §0.1, as the first moment after 24:00.
        (Unit.DAYS, 10, False, "2025-03-12 00:00"),
        (Unit.DAYS, 15, False, "2025-03-17 00:00"),
        (Unit.DAYS, 20, False, "2025-03-22 00:00"),
        (Unit.DAYS, 15, True, "2025-03-18 00:00"),
        (Unit.DAYS, 60, False, "2025-05-01 00:00"),
        (Unit.WORKDAYS, 5, False, "2025-03-07 17:30"),
    ],
)
def test_terms_in_days_end_at_midnight_and_working_days_with_business(unit, amount, rolls, due):
    standing = stand(Terms(unit, amount, rolls), [Mark(Kind.RUN, at("2025-03-01 10:00"))], DESK, now=at(due))

    assert standing.due_at == at(due)
    assert not standing.is_late(at(due))
    assert standing.is_late(at(due) + timedelta(seconds=1))


RUN = Mark(Kind.RUN, at("2025-03-03 08:30"))


def test_a_pause_moves_the_end_by_the_working_time_it_lasted():
    marks = [RUN, Mark(Kind.PAUSE, at("2025-03-03 09:30")), Mark(Kind.RUN, at("2025-03-04 08:30"))]

    standing = stand(Terms(Unit.WORK, 120), marks, DESK, now=at("2025-03-04 09:00"))

    assert standing.due_at == at("2025-03-04 09:30")
    assert standing.used == 90 * MINUTE
    assert share_used(standing, Terms(Unit.WORK, 120)) == 75
    assert standing.warn_at == at("2025-03-04 09:06")


def test_while_it_stands_there_is_no_end_unless_it_was_over_before():
    early = [RUN, Mark(Kind.PAUSE, at("2025-03-03 09:00"))]
    late = [RUN, Mark(Kind.PAUSE, at("2025-03-03 11:00"))]

    assert stand(Terms(Unit.WORK, 120), early, DESK, now=at("2025-03-05 09:00")).due_at is None
    assert stand(Terms(Unit.WORK, 120), late, DESK, now=at("2025-03-05 09:00")).due_at == at("2025-03-03 10:30")


def test_a_statutory_clock_runs_through_pauses_and_through_being_stopped_and_begun_again():
    terms = Terms(Unit.DAYS, 15, is_statutory=True)
    marks = [
        RUN, Mark(Kind.PAUSE, at("2025-03-04 08:30")), Mark(Kind.RUN, at("2025-03-10 08:30")),
        Mark(Kind.STOP, at("2025-03-11 08:30")), Mark(Kind.RUN, at("2025-03-17 08:30")),
    ]  # fmt: skip

    standing = stand(terms, marks, DESK, now=at("2025-03-20 09:00"))

    assert (standing.state, standing.due_at) == (State.RUNNING, at("2025-03-19 00:00"))
    assert standing.is_late(at("2025-03-20 09:00"))


def test_an_extension_sets_the_whole_term_and_never_shortens_it():
    terms = Terms(Unit.DAYS, 15, is_statutory=True)
    extended = [RUN, Mark(Kind.EXTEND, at("2025-03-10 08:30"), 60), Mark(Kind.EXTEND, at("2025-03-11 08:30"), 30)]

    standing = stand(terms, extended, DESK, now=at("2025-03-20 09:00"))

    assert (standing.amount, standing.due_at) == (60, at("2025-05-03 00:00"))


def test_a_stopped_clock_shows_when_it_would_have_ended():
    standing = stand(Terms(Unit.WORK, 120), [RUN, Mark(Kind.STOP, at("2025-03-03 09:30"))], DESK, now=at("2025-06-01"))

    assert (standing.state, standing.due_at) == (State.STOPPED, at("2025-03-03 10:30"))
    assert not standing.is_late(at("2025-06-01"))


def test_hours_that_never_open_are_told():
    with pytest.raises(NeverOpen):
        Hours(((),) * 7).after(at("2025-03-03 08:30"), MINUTE)


@pytest.mark.parametrize(
    "text", ["08:30", "12:00-08:00", "08:00-10:00 09:00-11:00", "08:00-25:00", "8-9", "08:70-09:00"]
)
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError):
        windows_of(text)


def test_hours_read_what_they_write():
    text = "08:30-12:00 13:30-17:30"

    assert text_of(windows_of(text)) == text


MOMENTS = st.integers(0, 850 * 24 * 3600 * 1000).map(
    lambda ms: datetime(2024, 11, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
HOURS = st.sampled_from([DESK, ROUND, HOTLINE])
TERMS = st.builds(Terms, st.sampled_from(Unit), st.integers(1, 400), st.booleans(), st.booleans(), st.integers(10, 100))
MARKS = st.lists(st.builds(Mark, st.sampled_from(Kind), MOMENTS, st.integers(0, 300)), max_size=8).map(
    lambda marks: [Mark(Kind.RUN, datetime(2024, 11, 1, tzinfo=UTC)), *marks]
)
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(HOURS, st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_time_adds_up_over_every_cut(hours, moments):
    """No drift over year ends: the parts are the whole."""
    first, second, third = moments

    assert hours.between(first, second) + hours.between(second, third) == hours.between(first, third)
    assert hours.between(first, third) >= 0


@FEW
@given(HOURS, MOMENTS, st.integers(1, 90 * 24 * 60).map(lambda minutes: minutes * MINUTE))
def test_a_deadline_is_the_first_moment_by_which_the_time_has_passed(hours, start, amount):
    due = hours.after(start, amount)

    assert hours.between(start, due) == amount
    assert hours.between(start, due - timedelta(microseconds=1)) < amount


@FEW
@given(TERMS, MARKS, HOURS, MOMENTS, st.randoms(use_true_random=False))
def test_the_order_of_noting_does_not_matter(terms, marks, hours, now, dice):
    shuffled = marks[:]
    dice.shuffle(shuffled)

    assert stand(terms, shuffled, hours, now=now) == stand(terms, marks, hours, now=now)


@FEW
@given(TERMS, st.lists(MOMENTS, min_size=1, max_size=6, unique=True).map(sorted), HOURS, MOMENTS)
def test_pausing_never_shortens_the_term(terms, moments, hours, now):
    """Whatever ran is counted once, and the end of the term only ever moves on."""
    start = Mark(Kind.RUN, datetime(2024, 11, 1, tzinfo=UTC))
    kinds = [Kind.PAUSE if number % 2 == 0 else Kind.RUN for number in range(len(moments))]
    paused = stand(terms, [start, *map(Mark, kinds, moments)], hours, now=now)
    plain = stand(terms, [start], hours, now=now)

    assert paused.used <= plain.used
    assert paused.due_at is None or paused.due_at >= plain.due_at
    assert not terms.is_statutory or paused.due_at == plain.due_at
    if terms.unit is Unit.WORK and not terms.is_statutory:
        edges = [start.at, *moments, max(now, moments[-1])]
        stood = sum(hours.between(a, min(b, now)) for a, b in list(pairwise(edges))[1::2] if a < now)
        assert paused.used == plain.used - stood or now < start.at


@FEW
@given(TERMS, MARKS, HOURS, st.lists(MOMENTS, min_size=1, max_size=4).map(sorted))
def test_recomputation_equals_live(terms, marks, hours, moments):
    """Marks as they come in, one after another, end where the whole ledger ends."""
    live = None
    for count in range(1, len(marks) + 1):
        live = stand(terms, marks[:count], hours, now=moments[-1])

    assert live == stand(terms, sorted(marks, key=lambda mark: mark.at), hours, now=moments[-1])


def test_a_year_without_table_rests_on_weekends():
    hours = Hours(WEEK, (), {date(2031, 1, 4): windows_of("09:00-10:00")}, builtin_calendar())

    assert not hours.calendar.is_known(2031)
    assert hours.between(at("2031-01-01 00:00"), at("2031-01-06 00:00")) == (3 * 450 + 60) * MINUTE
