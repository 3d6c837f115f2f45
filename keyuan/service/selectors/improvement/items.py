"""Reads of improvement items, of a month's review and of the service star (SRV-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import Unit
from keyuan.service import permissions
from keyuan.service.models import ImprovementEntry, ImprovementItem, MonthlyReview, StarNomination, StarVote
from keyuan.service.rules import improvement as rules


def items_visible_to(actor: Actor) -> QuerySet[ImprovementItem]:
    """Every improvement item: they are the house's, and name no customer."""
    if not actor.may(permissions.IMPROVEMENT):
        return ImprovementItem.objects.none()
    return ImprovementItem.objects.all()


def access_item(actor: Actor, item_id: int, *, lock: bool = False) -> ImprovementItem:
    """Return one item, row-locked when it is about to change. Raises NotFound."""
    rows = items_visible_to(actor).filter(pk=item_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("order")).first()
    if found is None:
        raise NotFound("improve.not_found")
    return found


def entries_of(item_id: int) -> list[ImprovementEntry]:
    """Return the history of an item, newest first; the caller has accessed it."""
    return list(ImprovementEntry.objects.filter(item_id=item_id).order_by("-pk"))


def items_of_order(actor: Actor, order_id: int) -> list[ImprovementItem]:
    """Return what came of a complaint, as far as the actor reads such items; the caller has accessed the order."""
    return list(items_visible_to(actor).filter(order_id=order_id).order_by("pk"))


def unit_names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of units by id."""
    return dict(Unit.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in a month: opened, closed and found without effect, overdue at its end, measured."""

    opened: Sequence[ImprovementItem]
    ended: Sequence[ImprovementItem]
    overdue: Sequence[ImprovementItem]
    under_way: int


def month_of(actor: Actor, month: date, today: date) -> Month:
    """Return the review of a month; overdue are those that were due before its end and are still under way."""
    rows, after = items_visible_to(actor), rules.next_month(month)
    return Month(
        list(rows.filter(opened_on__gte=month, opened_on__lt=after).order_by("opened_on", "pk")),
        list(rows.filter(closed_on__gte=month, closed_on__lt=after).order_by("closed_on", "pk")),
        list(rows.filter(state__in=rules.UNDER_WAY, due_on__lt=min(after, today)).order_by("due_on", "pk")),
        rows.filter(state__in=rules.UNDER_WAY).count(),
    )


def minutes_of(month: date) -> MonthlyReview | None:
    """Return the minutes of a month."""
    return MonthlyReview.objects.filter(month=month).first()


def nominations(month: date) -> list[tuple[StarNomination, int]]:
    """Return who is proposed in a month with their votes, most first; those with as many as were earlier come first."""
    rows = StarNomination.objects.filter(month=month).annotate(count=Count("votes"))
    return [(row, row.count) for row in rows.order_by("-count", "pk")]


def own_vote(actor: Actor, month: date) -> int | None:
    """Return the nomination that the actor voted for in a month."""
    return StarVote.objects.filter(month=month, voter_id=actor.id or 0).values_list("nomination_id", flat=True).first()


def stars(months: Sequence[date]) -> list[tuple[date, list[StarNomination], int]]:
    """Return for each month who has most votes (several where they are level) and how many."""
    found = []
    for month in months:
        ranked = nominations(month)
        most = ranked[0][1] if ranked else 0
        found.append((month, [row for row, count in ranked if most and count == most], most))
    return found
