"""What became of offers in a reach, beside those who were chosen alike and shown to nobody (ANA-7)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from keyuan.analytics.models import OfferSpell, OfferUptake
from keyuan.analytics.rules.churn.trial import Effect, Group, effect
from keyuan.analytics.rules.offers.terms import FAMILIES
from keyuan.analytics.selectors.figures import counted_day, kept_unit
from keyuan.customers.selectors.classification.places import Place
from keyuan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Uptake:
    """Of a family (empty: all together) how many were offered, had a proposal and bought; and those held back."""

    family: str
    proposed: int
    shown: Group
    held_back: Group

    @property
    def effect(self) -> Effect | None:
        """What offering changed, with its bounds; None without both groups."""
        return effect(self.shown, self.held_back)


def uptake_of(actor: Actor, place: Place) -> list[Uptake]:
    """Return what became of offers in a part of the book that the night counts, all together first."""
    unit, day = kept_unit(actor, place), counted_day(OfferUptake)
    if unit is None or day is None:
        return []
    rows = OfferUptake.objects.filter(unit_id=unit, day=day)
    counted = {
        (family, is_shown): (offered, proposed, bought)
        for family, is_shown, offered, proposed, bought in rows.values_list("family", "is_shown").annotate(
            Sum("offered"), Sum("proposed"), Sum("bought")
        )
    }
    if not counted:
        return []
    present = [family for family in FAMILIES if (family, True) in counted or (family, False) in counted]
    found = [_uptake(family, [family], counted) for family in present]
    return [_uptake("", present, counted), *found]


def _uptake(name: str, families: list[str], counted: dict[tuple[str, bool], tuple[int, int, int]]) -> Uptake:
    def summed(*, is_shown: bool) -> tuple[int, int, int]:
        rows = [counted.get((family, is_shown), (0, 0, 0)) for family in families]
        offered, proposed, bought = (sum(column) for column in zip(*rows, strict=True))
        return offered, proposed, bought

    offered, proposed, bought = summed(is_shown=True)
    alike, _proposed, anyway = summed(is_shown=False)
    return Uptake(name, proposed, Group(offered, bought), Group(alike, anyway))


def standing_spells() -> tuple[int, int]:
    """Return how many offers stand in the whole book: shown, and held back."""
    counted = OfferSpell.objects.filter(ended_on__isnull=True).aggregate(
        shown=Sum(1, filter=Q(is_shown=True), default=0), held=Sum(1, filter=Q(is_shown=False), default=0)
    )
    return counted["shown"], counted["held"]


def uptake_day() -> date | None:
    """Return the day of the newest figures; None before the first night."""
    return counted_day(OfferUptake)
