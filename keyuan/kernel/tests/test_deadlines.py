"""Every deadline of domain.md §0.2 and every vector of §0.1, on the published calendar of 2025."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.calendars import builtin_calendar
from keyuan.kernel.dates import add_days, add_months, completed_years
from keyuan.kernel.deadlines import DEADLINES, Deadline, Unit, deadline, last_day

CALENDAR = builtin_calendar()
#: A Saturday in a month without holidays.
START = date(2025, 3, 1)
#: Written down a second time on purpose: key, variant, from 2025-03-01, the day after the last one is late.
LAST_DAYS = [
    ("DL-UW-FIX", "", date(2025, 3, 7)),
    ("DL-ISSUE", "", date(2025, 3, 21)),
    ("DL-UW-RES", "", date(2025, 3, 21)),
    ("DL-COOL", "", date(2025, 3, 16)),
    ("DL-CALLBACK", "", date(2025, 3, 16)),
    ("DL-GRACE", "", date(2025, 4, 30)),
    ("DL-GRACE", "DEMAND", date(2025, 3, 31)),
    ("DL-SUSP-NOTE", "", date(2025, 3, 14)),
    ("DL-REINST-ANS", "", date(2025, 3, 31)),
    ("DL-REINST", "", date(2027, 3, 1)),
    ("DL-SURR", "", date(2025, 3, 31)),
    ("DL-POS-FIX", "", date(2025, 3, 7)),
    ("DL-POS", "", date(2025, 3, 7)),
    ("DL-CLM-5WD", "", date(2025, 3, 7)),
    ("DL-CLM-30", "", date(2025, 3, 31)),
    ("DL-CLM-PAY", "", date(2025, 3, 11)),
    ("DL-CLM-REJ", "", date(2025, 3, 4)),
    ("DL-CLM-ADV", "", date(2025, 4, 30)),
    ("DL-MTPL-DOC", "", date(2025, 3, 2)),
    ("DL-MTPL-DEC", "", date(2025, 3, 6)),
    ("DL-MTPL-PAY", "", date(2025, 3, 11)),
    ("DL-LIM", "LIFE", date(2030, 3, 1)),
    ("DL-LIM", "", date(2027, 3, 1)),
    ("DL-CPL-15", "", date(2025, 3, 16)),
    ("DL-CPL-30", "", date(2025, 3, 31)),
    ("DL-CPL-60", "", date(2025, 4, 30)),
    ("DL-CPL-REVREQ", "", date(2025, 3, 31)),
    ("DL-CPL-REV", "", date(2025, 3, 31)),
    ("DL-ORPHAN", "", date(2025, 3, 31)),
    ("DL-DNC", "", date(2025, 9, 1)),
    ("DL-RESCIND", "", date(2025, 3, 31)),
    ("DL-RESCIND", "BAR", date(2027, 3, 1)),
    ("DL-SUICIDE", "", date(2027, 3, 1)),
]


@pytest.mark.parametrize("key, variant, expected", LAST_DAYS)
def test_every_deadline_ends_on_its_day(key, variant, expected):
    one = deadline(key, variant)

    assert one.last_day(START, calendar=CALENDAR) == expected
    assert one.is_over(START, expected, calendar=CALENDAR) is False
    assert one.is_over(START, date.fromordinal(expected.toordinal() + 1), calendar=CALENDAR) is True


def test_the_table_names_nothing_else():
    assert sorted(DEADLINES) == sorted((key, variant) for key, variant, _ in LAST_DAYS)


@pytest.mark.parametrize("_case, made, expected", [
    ("10 days from 1 March", lambda: add_days(START, 10), date(2025, 3, 11)),
    ("15 days", lambda: add_days(START, 15), date(2025, 3, 16)),
    ("20 days", lambda: add_days(START, 20), date(2025, 3, 21)),
    ("15 days end on a Sunday and roll", lambda: add_days(START, 15, roll_on_holiday=True), date(2025, 3, 17)),
    ("premium due + 60 days", lambda: add_days(START, 60), date(2025, 4, 30)),
    ("31 January + 1 month", lambda: add_months(date(2025, 1, 31), 1), date(2025, 2, 28)),
    ("31 January + 1 month in a leap year", lambda: add_months(date(2024, 1, 31), 1), date(2024, 2, 29)),
    ("start day counts", lambda: add_days(START, 10, include_start_day=True), date(2025, 3, 10)),
    ("over the national holiday", lambda: add_days(date(2025, 9, 26), 5, roll_on_holiday=True, calendar=CALENDAR),
     date(2025, 10, 9)),
    ("working days over spring festival", lambda: last_day("DL-UW-FIX", date(2025, 1, 24), calendar=CALENDAR),
     date(2025, 2, 7)),
    ("a make-up Sunday is worked", lambda: last_day("DL-UW-FIX", date(2025, 4, 25), calendar=CALENDAR),
     date(2025, 5, 6)),
    ("suspended on a leap day", lambda: last_day("DL-REINST", date(2024, 2, 29)), date(2026, 2, 28)),
    ("refused on the 31st of August", lambda: last_day("DL-DNC", date(2025, 8, 31)), date(2026, 2, 28)),
    ("over the end of a year", lambda: last_day("DL-CPL-30", date(2025, 12, 15)), date(2026, 1, 14)),
])  # fmt: skip
def test_vectors_of_the_civil_code(_case, made, expected):
    assert made() == expected


def test_age_counts_from_the_birthday_itself_and_strictly_from_the_day_after():
    born, birthday = date(2007, 3, 1), date(2025, 3, 1)

    assert (completed_years(born, birthday), completed_years(born, birthday, strict=True)) == (18, 17)


def test_a_limit_may_roll_where_its_rule_says_so():
    rolling = Deadline("X", 15, Unit.CALENDAR_DAYS, "", "", roll_on_holiday=True)

    assert rolling.last_day(START) == date(2025, 3, 17)


@given(st.dates(date(2004, 1, 1), date(2026, 6, 1)), st.sampled_from(sorted(DEADLINES)))
def test_a_later_start_never_ends_earlier(start, key):
    one = DEADLINES[key]

    following = date.fromordinal(start.toordinal() + 1)

    assert start < one.last_day(start, calendar=CALENDAR) <= one.last_day(following, calendar=CALENDAR)
