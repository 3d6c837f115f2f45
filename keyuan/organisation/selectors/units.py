"""Reads of the unit tree: what a post may see of it, and names of units for every page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation import permissions as p
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.organisation.selectors.names import NameMemory
from keyuan.organisation.selectors.scoping import NOTHING
from keyuan.organisation.selectors.typing_ahead import begins
from keyuan.platform.permissions import AUDIT_VIEW

#: A unit comes before those below it on every database: NULL, for no unit of that level, is the smallest.
TREE_ORDER: tuple[Any, ...] = (*(F(column).asc(nulls_first=True) for column in LEVEL_COLUMNS), "code")


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
    """Return the names of those of ``ids`` that the actor may see, or whose changes the actor may read."""
    units = Unit.objects.filter(unit_q(actor)) if actor.may(AUDIT_VIEW) else units_visible_to(actor)
    return dict(units.filter(pk__in=ids).values_list("pk", "name"))


#: Trees up to this size come whole, so that opening a branch costs no request; larger ones open along one line.
WHOLE_TREE = 300


@dataclass
class Node:
    """A unit as the tree shows it; see ``components/tree.html``."""

    unit: Unit
    active: bool = False
    open: bool = False
    children: "list[Node]" = field(default_factory=list)
    count: int | None = None


def unit_tree(actor: Actor, chosen: Unit | None) -> list[Node]:
    """Return the visible tree, opened along the line to ``chosen``; two queries whatever its size."""
    visible = units_visible_to(actor).order_by("level", "code", "id")
    line = set(line_of(chosen)) if chosen else set()
    rows = list(visible[: WHOLE_TREE + 1])
    if len(rows) > WHOLE_TREE:
        top = rows[0].level
        rows = list(visible.filter(Q(level=top) | Q(parent_id__in=line | {rows[0].pk})))
    return nest(rows, line, chosen.pk if chosen else 0)


def nest(rows: Iterable[Unit], line: set[int], chosen_id: int) -> list[Node]:
    """Return ``rows`` (upper ones first) as nodes within nodes."""
    roots: list[Node] = []
    nodes: dict[int, Node] = {}
    for unit in rows:
        node = nodes[unit.pk] = Node(unit, unit.pk == chosen_id, unit.pk in line)
        upper = nodes.get(unit.parent_id or 0)
        (upper.children if upper else roots).append(node)
    return roots


def children_of(actor: Actor, unit: Unit) -> list[Unit]:
    """Return the units directly below ``unit`` with their number of posts as ``post_count``."""
    return list(units_visible_to(actor).filter(parent=unit).annotate(post_count=Count("posts")).order_by("code", "id"))


def ancestors_of(unit: Unit) -> list[Unit]:
    """Return the line from the head office down to ``unit`` itself."""
    return list(Unit.objects.filter(pk__in=line_of(unit)).order_by("level"))


def targets_for(actor: Actor, unit: Unit) -> QuerySet[Unit]:
    """Return the open units below which ``unit`` could move."""
    open_units = units_visible_to(actor).filter(closed_on__isnull=True, level__lt=unit.level)
    return open_units.exclude(pk=unit.parent_id or 0).order_by(*TREE_ORDER)


def open_units(actor: Actor) -> QuerySet[Unit]:
    """Return the open units in reach in the order of the tree, for choosing one."""
    return units_visible_to(actor).filter(closed_on__isnull=True).order_by(*TREE_ORDER)


def first_unit(actor: Actor) -> Unit | None:
    """Return where the tree begins for this post: its own unit, or the top."""
    visible = units_visible_to(actor)
    return visible.filter(pk=actor.unit_id or 0).first() or visible.order_by("level", "code").first()


def unit_options(actor: Actor, text: str, *, limit: int = 20) -> list[Unit]:
    """Return open units in reach whose code or name begins with ``text``."""
    typed = text.strip()
    found = open_units(actor)
    if typed:
        found = found.filter(begins("code", typed) | begins("name", typed))
    return list(found[:limit])
