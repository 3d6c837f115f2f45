"""How many asks were refused, why, whose and what for, within an actor's units (MKT-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from keyuan.contact.models import PermitCount
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors import scope_q

#: Units that a page names; the others are in the total.
UNITS = 12


@dataclass(frozen=True, slots=True)
class Cut:
    """Asks and refusals of one value of a dimension."""

    key: str
    asks: int
    refused: int

    @property
    def share_bp(self) -> int:
        """How many of the asks were refused, in basis points."""
        return round(self.refused * 10_000 / self.asks) if self.asks else 0


def counts_visible_to(actor: Actor) -> QuerySet[PermitCount]:
    """Return the counts of the units in the actor's scope; asks without a unit belong to the whole company."""
    scope = scope_q(actor.scope) if actor.scope.agent_id is None else Q(pk__in=())
    if not scope:
        return PermitCount.objects.all()
    return PermitCount.objects.filter(unit_id__in=Unit.objects.filter(scope).values("pk"))


def period(actor: Actor, since: date, until: date, *, purpose: str = "", channel: str = "") -> QuerySet[PermitCount]:
    """Return the counts of a period, of one purpose and channel where asked for."""
    rows = counts_visible_to(actor).filter(day__gte=since, day__lte=until)
    if purpose:
        rows = rows.filter(purpose=purpose)
    return rows.filter(contact_channel=channel) if channel else rows


def totals(rows: QuerySet[PermitCount]) -> Cut:
    """Return all asks and refusals."""
    asks = rows.aggregate(all=Sum("count"), refused=Sum("count", filter=~Q(reason="")))
    return Cut("", asks["all"] or 0, asks["refused"] or 0)


def by(rows: QuerySet[PermitCount], column: str, *, most: int | None = None) -> Sequence[Cut]:
    """Return asks and refusals by unit_id, purpose, contact_channel or day: the most refused first, days in order."""
    found = rows.values_list(column).annotate(all=Sum("count"), refused=Sum("count", filter=~Q(reason="")))
    cuts = [Cut(str(key), asks or 0, refused or 0) for key, asks, refused in found.order_by(column)]
    if column == "day":
        return cuts
    return sorted(cuts, key=lambda cut: (-cut.refused, -cut.asks, cut.key))[:most]


def by_reason(rows: QuerySet[PermitCount]) -> list[tuple[str, int]]:
    """Return how often each reason was the gravest, the most frequent first."""
    found = rows.exclude(reason="").values_list("reason").annotate(all=Sum("count")).order_by("-all", "reason")
    return [(reason, count or 0) for reason, count in found]
