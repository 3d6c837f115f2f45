"""From when on somebody may be contacted, by the quiet hours alone: for lists of what is to be done (MKT-9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from keyuan.contact.rules.judging import Asked, Facts, open_from
from keyuan.contact.rules.purposes import Terms
from keyuan.contact.rules.terms import Rules
from keyuan.contact.selectors.terms import NO_PURPOSE, purposes, rules_in_force


@dataclass(frozen=True, slots=True)
class Hours:
    """The quiet hours in force, read once for any number of rows. The permit still decides on every contact."""

    terms: Mapping[str, Terms]
    rules: Rules

    def open_from(self, *, purpose: str, channel: str, units: Iterable[int], at: datetime) -> datetime:
        """Return the first moment from ``at`` on at which a customer served by ``units`` may be contacted."""
        asked = Asked(self.terms.get(purpose, NO_PURPOSE), channel)
        return open_from(asked, Facts(units=frozenset(units)), self.rules, at)


def hours_in_force() -> Hours:
    """Return the quiet hours in force, in two queries."""
    return Hours(purposes(), rules_in_force())
