"""When deliveries are due, and what was claimed beside what was read (PLT-14)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from keyuan.integrations.rules.claims import Counted, differences
from keyuan.integrations.rules.due import due_at, expected_dates
from keyuan.kernel.calendars import builtin_calendar

ZONE = ZoneInfo("Asia/Shanghai")
CASES = [
    ("next working day", date(2025, 3, 6), 1, True, (2025, 3, 7, 8)),
    ("over the weekend", date(2025, 3, 7), 1, True, (2025, 3, 10, 8)),
    ("over the national holidays", date(2025, 9, 30), 1, True, (2025, 10, 9, 8)),
    ("every day", date(2025, 3, 7), 1, False, (2025, 3, 8, 8)),
    ("the same day", date(2025, 3, 8), 0, True, (2025, 3, 8, 8)),
]


@pytest.mark.parametrize("_case,day,lag,working,due", CASES)
def test_a_delivery_is_due(_case, day, lag, working, due):
    found = due_at(day, lag, time(8), working=working, calendar=builtin_calendar(), zone=ZONE)

    assert found == datetime(*due, tzinfo=ZONE)


def test_deliveries_are_expected_for_working_days_only():
    found = list(expected_dates(date(2025, 9, 26), date(2025, 10, 9), working=True, calendar=builtin_calendar()))

    assert [day.isoformat()[5:] for day in found] == ["09-26", "09-28", "09-29", "09-30", "10-09"]


COUNTED = Counted(100, 1, {"premium": 123_456})
CLAIMS = [
    ("all right", 100, {"premium": 123_456}, 100, frozenset(), None),
    ("one fen", 100, {"premium": 123_457}, 100, frozenset(), "delivery.total"),
    ("no sum", 100, {"profit": 1}, 100, frozenset(), "delivery.total_unmapped"),
    ("rows", 101, {}, 100, frozenset(), "delivery.rows"),
    ("rows waived", 101, {"premium": 1}, 100, frozenset({"delivery.rows"}), "delivery.total"),
    ("one in a hundred passes", 100, {}, 100, frozenset(), None),
    ("one in a hundred is too many", 100, {}, 99, frozenset(), "delivery.refused"),
    ("nothing claimed", None, {}, 100, frozenset(), None),
]  # fmt: skip


@pytest.mark.parametrize("_case,rows,totals,limit,waived,code", CLAIMS)
def test_claims_are_compared_to_the_last_unit(_case, rows, totals, limit, waived, code):
    found = differences(rows, totals, COUNTED, limit, waived)

    assert (found.code if found else None) == code


def test_a_difference_is_said_in_yuan():
    found = differences(None, {"premium": -123_457}, COUNTED, 100, frozenset())

    assert (found.params["claimed"], found.params["read"]) == ("-1,234.57", "1,234.56")
