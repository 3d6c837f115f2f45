"""Reads of the unit tree: what a post may see of it, and names of units for every page."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation import permissions as p
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.organisation.selectors.names import NameMemory
from keyuan.organisation.selectors.scoping import NOTHING


def unit_q(actor: Actor, prefix: str = "") -> Q:
    """Return the filter for units in reach: the actor's unit and everything below; all of them for the whole book."""
    scope = actor.scope
    if scope.reach is Reach.ALL or scope.unit_level == "head_office":
        return Q() if scope.reach is Reach.ALL or scope.unit_id else NOTHING
    if scope.unit_id is None:
        return NOTHING
    return Q(**{f"{prefix}{scope.unit_level}_id": scope.unit_id})


def units_visible_to(actor: Actor) -> QuerySet[Unit]:
    """Return the units an actor may see: their own and those below it (a post over own rows: its own unit)."""
    if not actor.may(p.UNITS_VIEW):
        return Unit.objects.none()
    return Unit.objects.filter(unit_q(actor))


def access_unit(actor: Actor, unit_id: int) -> Unit:
    """Return one unit in reach. Raises NotFound otherwise."""
    unit = units_visible_to(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit


def line_of(unit: Unit) -> list[int]:
    """Return the keys of the unit's ancestors and its own, from the head office downwards."""
    return [key for key in (getattr(unit, column) for column in LEVEL_COLUMNS) if key is not None]


def _read_names(ids: set[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))


_names = NameMemory(_read_names)


def unit_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of the units ``ids``; names of units are no secret within the company."""
    return _names.of(ids)


def forget_unit_names() -> None:
    """Forget the remembered names: a unit was renamed."""
    _names.forget()


def unit_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of those of ``ids`` that the actor may see."""
    return dict(units_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))
