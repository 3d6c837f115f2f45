"""The statutory and customary deadlines of insurance work as data (domain.md §0.2); the counting is `kernel.dates`.

A limit of days, months or years leaves out the day on which it begins and ends at 24:00 of its last day (民法典 201).
None rolls over rest days unless it says so: the insurance law counts calendar days in the customer's favour, and a duty
kept a day early is kept. Limits marked ``is_default`` come from general knowledge: a product or a setting may say
otherwise.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keyuan.kernel.calendars import WEEKENDS, Calendar
from keyuan.kernel.dates import add_days, add_months, add_years


class Unit(StrEnum):
    """What a limit is counted in."""

    CALENDAR_DAYS = "CD"
    WORKING_DAYS = "WD"
    MONTHS = "M"
    YEARS = "Y"


CD, WD, M, Y = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS


@dataclass(frozen=True, slots=True)
class Deadline:
    """One limit: how long, from what, by which rule. ``variant`` tells two limits of one duty apart."""

    key: str
    amount: int
    unit: Unit
    starts: str
    source: str
    variant: str = ""
    is_default: bool = False
    roll_on_holiday: bool = False
    include_start_day: bool = False

    def last_day(self, start: date, *, calendar: Calendar = WEEKENDS) -> date:
        """Return the last day on which the duty is kept, counted from ``start``; it ends at 24:00."""
        if self.unit is WD:
            return calendar.add_working_days(start, self.amount)
        count = {CD: add_days, M: add_months, Y: add_years}[self.unit]
        return count(
            start,
            self.amount,
            include_start_day=self.include_start_day,
            roll_on_holiday=self.roll_on_holiday,
            calendar=calendar,
        )

    def is_over(self, start: date, today: date, *, calendar: Calendar = WEEKENDS) -> bool:
        """Tell whether the limit has passed on ``today``: the day after its last day is the first that is late."""
        return today > self.last_day(start, calendar=calendar)


_TABLE = (
    Deadline("DL-UW-FIX", 5, WD, "application received", "人身保险业务基本服务规定"),
    Deadline("DL-ISSUE", 15, WD, "complete application and full premium received", "人身保险业务基本服务规定"),
    Deadline("DL-UW-RES", 15, WD, "report received", "人身保险业务基本服务规定"),
    Deadline("DL-COOL", 15, CD, "receipt signed", "产品条款", is_default=True),
    # The call-back has no span of its own: it is due inside the cooling-off period, whose product may say other days.
    Deadline("DL-CALLBACK", 15, CD, "receipt signed", "人身保险业务基本服务规定", is_default=True),
    Deadline("DL-GRACE", 60, CD, "due date", "保险法 36"),
    Deadline("DL-GRACE", 30, CD, "demand", "保险法 36", variant="DEMAND"),
    Deadline("DL-SUSP-NOTE", 10, WD, "suspension date", "人身保险业务基本服务规定"),
    Deadline("DL-REINST-ANS", 30, CD, "request received", "保险法解释三 8"),
    Deadline("DL-REINST", 2, Y, "suspension date", "保险法 37"),
    Deadline("DL-SURR", 30, CD, "notice received", "保险法 47"),
    Deadline("DL-POS-FIX", 5, WD, "request received", "", is_default=True),
    Deadline("DL-POS", 5, WD, "approval, or full premium paid", "", is_default=True),
    Deadline("DL-CLM-5WD", 5, WD, "request received", "", is_default=True),
    Deadline("DL-CLM-30", 30, CD, "first request and papers received", "保险法 23"),
    Deadline("DL-CLM-PAY", 10, CD, "agreement", "保险法 23"),
    Deadline("DL-CLM-REJ", 3, CD, "decision", "保险法 24"),
    Deadline("DL-CLM-ADV", 60, CD, "request and papers received", "保险法 25"),
    Deadline("DL-MTPL-DOC", 1, CD, "claim received", "交强险条例 28"),
    Deadline("DL-MTPL-DEC", 5, CD, "papers received", "交强险条例 29"),
    Deadline("DL-MTPL-PAY", 10, CD, "agreement", "交强险条例 29"),
    Deadline("DL-LIM", 5, Y, "event known or ought to be known", "保险法 26", variant="LIFE"),
    Deadline("DL-LIM", 2, Y, "event known or ought to be known", "保险法 26"),
    Deadline("DL-CPL-15", 15, CD, "complaint received", "银行业保险业消费投诉处理管理办法"),
    Deadline("DL-CPL-30", 30, CD, "complaint received", "银行业保险业消费投诉处理管理办法"),
    Deadline("DL-CPL-60", 60, CD, "complaint received", "银行业保险业消费投诉处理管理办法"),
    Deadline("DL-CPL-REVREQ", 30, CD, "decision received", "", is_default=True),
    Deadline("DL-CPL-REV", 30, CD, "review request received", "", is_default=True),
    Deadline("DL-ORPHAN", 30, CD, "exit formalities finished", "保险销售行为管理办法 36"),
    Deadline("DL-DNC", 6, M, "refusal", "人身保险电话销售业务管理办法"),
    Deadline("DL-RESCIND", 30, CD, "reason known", "保险法 16"),
    Deadline("DL-RESCIND", 2, Y, "contract formed", "保险法 16", variant="BAR"),
    Deadline("DL-SUICIDE", 2, Y, "formation or reinstatement", "保险法 44"),
)
DEADLINES: dict[tuple[str, str], Deadline] = {(one.key, one.variant): one for one in _TABLE}


def deadline(key: str, variant: str = "") -> Deadline:
    """Return the limit named ``key``; raises KeyError for one that domain.md §0.2 does not name."""
    return DEADLINES[key, variant]


def last_day(key: str, start: date, *, variant: str = "", calendar: Calendar = WEEKENDS) -> date:
    """Return the last day of the limit ``key`` that begins on ``start``."""
    return deadline(key, variant).last_day(start, calendar=calendar)
