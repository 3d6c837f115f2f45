"""Targets and owners of indicators, and the plan, as they are in force and as they were (ANA-12)."""

from collections.abc import Mapping

from keyuan.analytics.models import BoardPlan, IndicatorTerms
from keyuan.analytics.rules.boards.plan import Plan, from_json
from keyuan.analytics.selectors.figures import kept_unit
from keyuan.customers.selectors.classification.places import Place
from keyuan.kernel.actor import Actor

SHOWN = 20
#: A unit that has no targets.
NOWHERE = -1


def target_unit(actor: Actor, place: Place) -> int:
    """Return the unit whose targets count for a part of the book; NOWHERE for channels and below sub-branches."""
    unit = kept_unit(actor, place)
    return NOWHERE if unit is None or place.channel else unit


def terms_by_indicator(unit_id: int) -> dict[str, IndicatorTerms]:
    """Return the newest version of each indicator of a unit (0: the whole book)."""
    return {row.indicator: row for row in IndicatorTerms.objects.filter(unit_id=unit_id).order_by("number")}


def terms_of(indicator: str, unit_id: int) -> IndicatorTerms | None:
    """Return the newest version of one indicator of a unit."""
    return IndicatorTerms.objects.filter(unit_id=unit_id, indicator=indicator).order_by("-number").first()


def history_of(indicator: str, unit_id: int) -> list[IndicatorTerms]:
    """Return the last versions, the newest first."""
    return list(IndicatorTerms.objects.filter(unit_id=unit_id, indicator=indicator).order_by("-number")[:SHOWN])


def target_of(terms: Mapping[str, IndicatorTerms], indicator: str, year: int) -> float | None:
    """Return the target of a year, amounts in minor units; None where none was set."""
    row = terms.get(indicator)
    found = row.targets.get(str(year)) if row else None
    return None if found is None else float(found)


def plan_in_force() -> tuple[Plan, BoardPlan] | None:
    """Return the five-year plan and its version; None before one was set."""
    newest = BoardPlan.objects.order_by("-number").first()
    return (from_json(newest.content), newest) if newest else None


def plan_versions() -> list[BoardPlan]:
    """Return the last versions, the newest first."""
    return list(BoardPlan.objects.order_by("-number")[:SHOWN])
