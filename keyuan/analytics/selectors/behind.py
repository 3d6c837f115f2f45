"""The contracts and customers behind a figure, by the table of the night that the figure was added up from (ANA-10)."""

from typing import Any

from keyuan.analytics.rules.persistency.behind import CohortSide, RateSide, Side
from keyuan.analytics.selectors.night_tables import asked_of, terms_of
from keyuan.customers.selectors.classification.places import place_of
from keyuan.kernel.actor import Actor

#: A list shows at most so many; more are narrowed to a unit.
MOST = 50_000


def ids_behind(actor: Actor, side: Side) -> list[int]:
    """Return the contracts, or customers, on one side of a figure in the actor's reach, at most `MOST`, by key.

    Raises NotFound for a unit out of reach.
    """
    table, key, where, values, channel = _asked(side)
    statement = f"SELECT {key} FROM rows WHERE {where} AND {{within}} ORDER BY 1 LIMIT {MOST:d}"  # noqa: S608 - names of our own
    terms = terms_of(actor, place_of(actor, side.unit_id), channel)
    return [int(row[0]) for row in asked_of(table, statement, terms, values)]


def left_out(actor: Actor, side: Side) -> tuple[int, int] | None:
    """Return how many rows a list shows and how many the figure counts; None where it shows all of them."""
    table, key, where, values, channel = _asked(side)
    statement = f"SELECT count(DISTINCT {key}) FROM rows WHERE {where} AND {{within}}"  # noqa: S608 - names of our own
    found = asked_of(table, statement, terms_of(actor, place_of(actor, side.unit_id), channel), values)
    whole = int(found[0][0]) if found else 0
    return (MOST, whole) if whole > MOST else None


def _asked(side: Side) -> tuple[str, str, str, list[Any], str]:
    """Return table, key, condition, its values and the channel."""
    if isinstance(side, CohortSide):
        where = f"months = ? AND cohort = ? AND {side.condition}"
        return "premium_years", "policy_id", where, [side.months, side.cohort], side.channel
    return "rate_members", _key(side), f"measure = ? AND {side.condition}", [side.measure], ""


def _key(side: RateSide) -> str:
    return "policy_id" if side.is_about_policies else "customer_id"
