"""Whose customers the board counts: the actor's own reach, or a unit inside it (CUS-5, decision 2)."""

from dataclasses import dataclass

from django.db.models import Q

from keyuan.kernel.actor import UNIT_LEVELS, Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.organisation.selectors import in_scope
from keyuan.organisation.selectors.units import unit_q

#: Counts of every day are kept for the whole book (0) and for branches.
WHOLE = 0
BRANCH = Unit.Level.BRANCH


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the book. ``branch`` is the key of its kept counts, None where customers are counted themselves."""

    rows: Q
    branch: int | None
    channel: str = ""
    unit: Unit | None = None

    @property
    def kept(self) -> int:
        """Return the key of the kept counts; only where there are some."""
        return self.branch if self.branch is not None else -1


def place_of(actor: Actor, unit_id: int | None = None) -> Place:
    """Return the actor's reach, or a unit inside it. Raises NotFound for a unit out of reach."""
    own, scope = in_scope(actor), actor.scope
    channel = (scope.sales_channel or "") if scope.reach is Reach.CHANNEL else ""
    if unit_id is not None:
        return _narrowed(actor, own, channel, unit_id)
    whole = scope.reach is Reach.ALL or (scope.reach is not Reach.SELF and scope.unit_level == "head_office")
    if whole:
        return Place(own, WHOLE, channel)
    if scope.reach is not Reach.SELF and scope.unit_level == "branch":
        return Place(own, scope.unit_id, channel)
    return Place(own, None, channel)


def _narrowed(actor: Actor, own: Q, channel: str, unit_id: int) -> Place:
    unit = Unit.objects.filter(unit_q(actor), pk=unit_id).first()
    if unit is None or actor.scope.reach is Reach.SELF:
        raise NotFound
    if unit.level == Unit.Level.HEAD_OFFICE:
        return Place(own, WHOLE, channel, unit)
    rows = own & Q(**{LEVEL_COLUMNS[unit.level - 1]: unit.pk})
    return Place(rows, unit.pk if unit.level == BRANCH else None, channel, unit)


def covers_all(actor: Actor) -> bool:
    """Tell whether the actor's reach is the whole book: what counts for everybody is set there."""
    scope = actor.scope
    return scope.reach is Reach.ALL or (scope.reach is Reach.UNIT and scope.unit_level == "head_office")


def units_below(actor: Actor, place: Place) -> list[Unit]:
    """Return the units the board can be narrowed to: those next below, down to sub-branches."""
    if actor.scope.reach is Reach.SELF:
        return []
    level = place.unit.level if place.unit else _own_level(actor)
    if level >= Unit.Level.SUB_BRANCH:
        return []
    units = Unit.objects.filter(unit_q(actor), level=level + 1, closed_on__isnull=True)
    if place.unit and place.unit.level > Unit.Level.HEAD_OFFICE:
        units = units.filter(**{LEVEL_COLUMNS[place.unit.level - 1]: place.unit.pk})
    return list(units.order_by("code", "pk")[:200])


def _own_level(actor: Actor) -> int:
    if actor.scope.reach is Reach.ALL:
        return int(Unit.Level.HEAD_OFFICE)
    return UNIT_LEVELS.index(actor.scope.unit_level) + 1
