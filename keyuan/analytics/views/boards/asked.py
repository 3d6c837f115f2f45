"""What a reader of a board asks for, from the address; anything else counts as the default (ANA-12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from keyuan.analytics.rules.boards.periods import LENGTHS, MONTH, Period, last_complete, period_of
from keyuan.analytics.rules.persistency.ratios import month_after
from keyuan.analytics.selectors.boards.facts import WINDOW
from keyuan.analytics.views.units import unit_asked

#: Months that the choice of the last month offers.
OFFERED = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """The period, and the unit inside the reach."""

    period: Period
    unit_id: int | None

    def query(self, **changed: str) -> str:
        """Return the same question with some parts changed, as the end of an address."""
        found = {"length": self.period.length, "until": f"{self.period.last:%Y-%m}"}
        found |= {"unit": str(self.unit_id)} if self.unit_id else {}
        return "?" + urlencode({key: value for key, value in {**found, **changed}.items() if value})


def asked(query: Mapping[str, str], day: date) -> Asked:
    """Read an address; ``day`` is the day of the last night. Months before the window or to come are not offered."""
    length = query.get("length", MONTH)
    length = length if length in LENGTHS else MONTH
    default = last_complete(day, length)
    last = _month(query.get("until", ""))
    first = month_after(day, 1 - WINDOW)
    period = period_of(length, last) if last and first <= last <= day.replace(day=1) else default
    return Asked(period, unit_asked(query))


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == len("2026-01") else None
    except ValueError:
        return None


def offered(day: date) -> list[str]:
    """Return the months a reader can end a period with, the newest first."""
    return [f"{month_after(day, -number):%Y-%m}" for number in range(OFFERED)]
