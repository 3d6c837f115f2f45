"""Units that a list of records can be narrowed to (CUS-11)."""

from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.organisation.selectors.units import unit_q

OFFERED = 20


def units_matching(actor: Actor, text: str) -> list[Unit]:
    """Return units in reach whose name or code fits what was typed, the larger ones first."""
    if actor.scope.reach is Reach.SELF:
        return []
    units = Unit.objects.filter(unit_q(actor), closed_on__isnull=True)
    found = units.filter(name__icontains=text[:40]) | units.filter(code__istartswith=text[:40])
    return list(found.order_by("level", "code", "pk")[:OFFERED])


def column_of(unit_id: int) -> str:
    """Return the level column of a unit's rows; one that does not exist has none of them."""
    level = Unit.objects.filter(pk=unit_id).values_list("level", flat=True).first()
    return LEVEL_COLUMNS[(level or len(LEVEL_COLUMNS)) - 1]


def unit_name(unit_id: int) -> str:
    """Return the name of a unit, its number where it does not exist."""
    return Unit.objects.filter(pk=unit_id).values_list("name", flat=True).first() or str(unit_id)
