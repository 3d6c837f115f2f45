"""What the last night said of one contract, watched or not, by the night's own table of chances (ANA-6).

A row for each of millions of contracts would have to be written back every night for the few that somebody opens: the
table stands in order of contracts, and one of them is found in it within a part of it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keyuan.analytics.rules.churn.outcomes import HORIZONS
from keyuan.analytics.selectors.night_tables import asked_of, holding

TABLE = "churn_contracts"
_CHANCES = ", ".join(f"chance_{months}" for months in HORIZONS)
_ONE = f"SELECT outcome, level, reasons, {_CHANCES} FROM rows WHERE policy_id = ? AND {{within}}"  # noqa: S608 - names of our own


@dataclass(frozen=True, slots=True)
class ContractChance:
    """The chances of a contract within 3, 6 and 12 months, in ten-thousandths, and the way it is most likely to go.

    ``level`` and ``reasons`` are those of the watch list; a contract that does not stand out has level 0 and no
    reasons. ``day`` is the day of the copy of the book by which it was reckoned.
    """

    policy_id: int
    outcome: str
    level: int
    reasons: Sequence[Sequence[str]]
    chances: tuple[int, ...]
    day: date


def chance_of_contract(policy_id: int) -> ContractChance | None:
    """Return what the last night said of a contract that the caller was let see; None where it said nothing.

    Who objected since that night is still in its table: the caller asks for objections.
    """
    night = holding(TABLE)
    found = asked_of(TABLE, _ONE, (), [policy_id])
    if night is None or not found:
        return None
    outcome, level, reasons, *chances = found[0]
    return ContractChance(policy_id, outcome, int(level), json.loads(reasons), tuple(map(int, chances)), night.day)
