"""Figures of orphans, batches and receptions for their pages (CUS-9)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from keyuan.customers.models import Allocation, AllocationItem, BackupContact, CustomerSummary, OrphanCase
from keyuan.customers.selectors.allocation.access import (
    allocations_visible_to,
    first_contacts_visible_to,
    orphans_visible_to,
    receptions_visible_to,
)
from keyuan.customers.selectors.allocation.facts import TIERS_OF_KEY_CUSTOMERS
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors import in_scope
from keyuan.organisation.selectors.units import unit_names

#: Days without a person, from-to, of the board's columns.
AGES = ((0, 7), (8, 30), (31, 90), (91, None))
SHOWN = 20
NO_NOTICE = date(9999, 12, 31)


def customers_of_cases(actor: Actor, case_ids: Sequence[int]) -> list[int]:
    """Return whose open cases in scope ``case_ids`` are."""
    return list(orphans_visible_to(actor).filter(pk__in=list(case_ids)).values_list("customer_id", flat=True))


def recent_batches(actor: Actor) -> list[tuple[int, str]]:
    """Return the latest batches in scope, for a filter."""
    return list(allocations_visible_to(actor).order_by("-pk").values_list("pk", "name")[:50])


def _bounds(low: int, high: int | None, today: date) -> Q:
    youngest = Q(since__lte=today - timedelta(days=low))
    return youngest if high is None else youngest & Q(since__gte=today - timedelta(days=high))


def ages_by_reason(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Return for each reason how many wait in each band of `AGES`, in all, and their premium a year."""
    bands = {f"age{at}": Count("pk", filter=_bounds(*pair, today)) for at, pair in enumerate(AGES)}
    rows = (
        orphans_visible_to(actor).values("reason").annotate(total=Count("pk"), premium=Sum("annual_premium"), **bands)
    )
    return [dict(row) for row in rows.order_by("reason")]


def notice_counts(actor: Actor, today: date) -> dict[str, int]:
    """Return how many notices are late, due within three and ten days, and owed at all."""
    soon = today + timedelta(days=3)
    owed = orphans_visible_to(actor).filter(notice_due_on__lt=NO_NOTICE, notified_at__isnull=True)
    return owed.aggregate(
        late=Count("pk", filter=Q(notice_due_on__lt=today)),
        urgent=Count("pk", filter=Q(notice_due_on__gte=today, notice_due_on__lte=soon)),
        soon=Count("pk", filter=Q(notice_due_on__gt=soon, notice_due_on__lte=today + timedelta(days=10))),
        owed=Count("pk"),
    )  # fmt: skip


def orphans_by_unit(actor: Actor) -> list[dict[str, Any]]:
    """Return the units right below the actor's with the most orphans: name, how many, premium a year."""
    level = f"{actor.scope.unit_level}_id" if actor.scope.unit_level else LEVEL_COLUMNS[0]
    below = LEVEL_COLUMNS[min(LEVEL_COLUMNS.index(level) + 1, len(LEVEL_COLUMNS) - 1)]
    rows = orphans_visible_to(actor).values(below).annotate(total=Count("pk"), premium=Sum("annual_premium"))
    found = list(rows.order_by("-total", below)[:SHOWN])
    names = unit_names(row[below] for row in found)
    return [{**row, "name": names.get(row[below] or 0, "")} for row in found]


def board_figures(actor: Actor, today: date) -> dict[str, int]:
    """Return the figures beside the board: answers waited for, first contacts overdue."""
    return {
        "waiting": receptions_visible_to(actor).filter(state__in=("WAITING", "ESCALATED")).count(),
        "escalated": receptions_visible_to(actor).filter(state="ESCALATED").count(),
        "first_late": first_contacts_visible_to(actor).filter(due_on__lt=today).count(),
        "first": first_contacts_visible_to(actor).count(),
    }


def key_customers_alone(actor: Actor) -> list[CustomerSummary]:
    """Return the key customers by tier in scope who have no second contact, the most valuable first."""
    rows = CustomerSummary.objects.filter(in_scope(actor), tier__in=TIERS_OF_KEY_CUSTOMERS, is_orphan=False)
    backed = BackupContact.objects.filter(valid_until__isnull=True).values("customer_id")
    return list(rows.exclude(pk__in=backed).order_by("-annual_premium", "pk")[:SHOWN])


def shares_of(batch: Allocation) -> dict[str, Any]:
    """Return who gets how many of a batch: by receiving unit, by person (the most first), by rule."""
    items = AllocationItem.objects.filter(allocation_id=batch.pk).exclude(agent_id=None)
    return {
        "units": _grouped(items, "receiving_unit_id"),
        "people": _grouped(items, "agent_id"),
        "states": dict(
            AllocationItem.objects.filter(allocation_id=batch.pk)
            .values_list("state")
            .annotate(n=Count("pk"))
            .order_by()
        ),
    }


def _grouped(items: QuerySet[AllocationItem], column: str) -> list[dict[str, Any]]:
    rows = items.values(column).annotate(total=Count("pk"), premium=Sum("annual_premium"))
    return list(rows.order_by("-total", column)[:SHOWN])


def items_of_reception(allocation_id: int, unit_id: int, limit: int) -> list[AllocationItem]:
    """Return what a unit still has to answer for, the most valuable first."""
    rows = AllocationItem.objects.filter(allocation_id=allocation_id, receiving_unit_id=unit_id, state="GIVEN")
    return list(rows.order_by("-annual_premium", "pk")[:limit])


def counts_of_choice(cases: QuerySet[OrphanCase]) -> dict[str, int]:
    """Return how many customers a choice holds, and their premium a year."""
    found = cases.aggregate(total=Count("pk"), premium=Sum("annual_premium"))
    return {"total": found["total"], "premium": found["premium"] or 0}
