"""Reads of what the desk is set up with: desks, members, rules, categories, targets, macros."""

from collections.abc import Iterable, Mapping

from keyuan.service.models import Category, Desk, DeskMember, Macro, RoutingRule, ServiceTarget
from keyuan.service.rules.kinds import DEFAULTS, Hand, Route, Target
from keyuan.service.selectors.orders import loads_of


def desks() -> list[Desk]:
    """Return the desks that are open."""
    return list(Desk.objects.filter(is_active=True).select_related("unit").order_by("pk"))


def desk_by_id(desk_id: int) -> Desk | None:
    """Return one open desk."""
    return Desk.objects.filter(pk=desk_id, is_active=True).first()


def members_of(desk_id: int) -> list[DeskMember]:
    """Return who sits at a desk."""
    return list(DeskMember.objects.filter(desk_id=desk_id).order_by("pk"))


def desk_ids_of(user_id: int | None) -> list[int]:
    """Return the desks at which somebody sits."""
    return list(DeskMember.objects.filter(user_id=user_id or 0).values_list("desk_id", flat=True))


def hands_of(desk_id: int) -> list[Hand]:
    """Return who is there to take orders of a desk, with their load."""
    members = [member for member in members_of(desk_id) if not member.is_away and member.capacity]
    loads = loads_of([member.user_id for member in members])
    return [
        Hand(member.user_id, frozenset(member.skills), member.capacity, loads.get(member.user_id, 0))
        for member in members
    ]


def routes() -> list[Route]:
    """Return the rules in force, first things first."""
    rows = RoutingRule.objects.filter(is_active=True, desk__is_active=True).order_by("position", "pk")
    return [
        Route(
            row.desk_id, row.is_pushed, frozenset(row.kinds), frozenset(row.categories), frozenset(row.channels),
            frozenset(row.tiers), row.branch_id,
        )
        for row in rows
    ]  # fmt: skip


def rules() -> list[RoutingRule]:
    """Return the routing rules as they are edited."""
    return list(RoutingRule.objects.select_related("desk").order_by("position", "pk"))


def categories(*, active: bool = True) -> list[Category]:
    """Return the tree in order: each node behind its parent."""
    rows = Category.objects.order_by("position", "pk")
    nodes = list(rows.filter(is_active=True) if active else rows)
    below: dict[int | None, list[Category]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    return list(_walk(below, None, 0))


def _walk(below: Mapping[int | None, list[Category]], parent: int | None, depth: int) -> Iterable[Category]:
    for node in below.get(parent, []):
        node.depth = depth  # type: ignore[attr-defined]  # for indenting, not a column
        yield node
        yield from _walk(below, node.pk, depth + 1)


def codes_above(category: Category | None) -> list[str]:
    """Return the codes of a category and of those above it, at most six."""
    found: list[str] = []
    node = category
    while node is not None and len(found) < 6:
        found.append(node.code)
        node = node.parent
    return found


def target_for(kind: str, category_codes: list[str], tier: str) -> Target:
    """Return the usual terms of an order: the most particular row, else what ships with us."""
    rows = ServiceTarget.objects.filter(kind=kind, category_code__in=["", *category_codes], tier__in=["", tier])
    order = {code: place for place, code in enumerate([*category_codes, ""])}
    best = min(rows, key=lambda row: (order[row.category_code], row.tier == ""), default=None)
    if best is None:
        return DEFAULTS[kind]
    return Target(best.first_minutes, best.solution_minutes, best.hours_key)


def targets() -> list[ServiceTarget]:
    """Return the rows of the table of targets."""
    return list(ServiceTarget.objects.order_by("kind", "category_code", "tier"))


def macros(*, active: bool = True) -> list[Macro]:
    """Return canned answers by name."""
    rows = Macro.objects.order_by("name", "pk")
    return list(rows.filter(is_active=True) if active else rows)
