"""States of improvement items, what each act needs, and how large an effect is (SRV-11)."""

import re
from dataclasses import dataclass
from datetime import date

OPEN, IN_PROGRESS, MEASURED, CLOSED, INEFFECTIVE = STATES = (
    "OPEN", "PROGRESS", "MEASURED", "CLOSED", "INEFFECT",
)  # fmt: skip
UNDER_WAY = frozenset({OPEN, IN_PROGRESS, MEASURED})
SOURCES = ("COMPLAINT", "ORDER", "FOLLOW_UP", "KNOWLEDGE", "SURVEY", "CLAIM", "QA", "OWN")
#: What an item may be opened from; orders are tied by their key.
ORDER, FOLLOW_UP, MISS = ORIGINS = ("order", "follow_up", "miss")
#: act → (states before, state after).
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "start": (frozenset({OPEN}), IN_PROGRESS),
    "measure": (frozenset({IN_PROGRESS, MEASURED}), MEASURED),
    "close": (frozenset({MEASURED}), CLOSED),
    "fail": (frozenset({MEASURED}), INEFFECTIVE),
    "reopen": (frozenset({CLOSED, INEFFECTIVE}), IN_PROGRESS),
}
#: Days before the due day of the first reminder; days of a later one and of the escalation beyond it.
SOON, AGAIN, ESCALATE = 3, 7, 3
LONGEST_PERIOD = 366
MONTHS = 12
_MONTH = re.compile(r"(2[01][0-9]{2})-([0-9]{1,2})\Z")
#: Fewer cases than this say little.
FEW = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value in hundredths of its unit, and the cases that it rests on; None where there were none."""

    value: int | None
    cases: int


@dataclass(frozen=True, slots=True)
class Effect:
    """How a figure moved: in tenths of a per cent of the one before, whether for the better, whether on few cases."""

    change: int | None
    is_better: bool | None
    is_weak: bool


def effect(before: Figure, after: Figure, *, less_is_better: bool) -> Effect:
    """Compare two figures; without a figure before there is no share, without either no verdict."""
    weak = min(before.cases, after.cases) < FEW
    if before.value is None or after.value is None:
        return Effect(None, None, weak)
    moved = after.value - before.value
    change = round(moved * 1000 / before.value) if before.value else None
    better = None if moved == 0 else (moved < 0) == less_is_better
    return Effect(change, better, weak)


def is_period(since: date | None, until: date | None) -> bool:
    """Tell whether two days are a period that can be measured."""
    return bool(since and until and since <= until and (until - since).days < LONGEST_PERIOD)


def month_of(text: str, today: date) -> date:
    """Return the first day of the month written ``2026-03``; anything else is the present month."""
    found = _MONTH.match(text)
    if found and 1 <= int(found[2]) <= MONTHS:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the month behind."""
    return date(month.year + month.month // MONTHS, month.month % MONTHS + 1, 1)


def months_back(month: date, count: int) -> list[date]:
    """Return ``count`` months up to ``month``, the newest first."""
    place = month.year * 12 + month.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(place, place - count, -1)]
