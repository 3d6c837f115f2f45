"""Whom the night watches, in reach (ANA-6)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from keyuan.analytics.models import ChurnCase, ChurnScore
from keyuan.customers.models import Task
from keyuan.customers.selectors.scope import lent_rows
from keyuan.kernel.actor import Actor

#: The kind of the tasks of retention work.
KIND = "RETENTION"


def churn_sources(actor: Actor, *, now: datetime) -> list[QuerySet[ChurnScore]]:
    """The watched of a list page: customers served in scope, then those lent to the post."""
    return lent_rows(ChurnScore.objects.all(), actor, now=now)


def churn_of(customer_id: int) -> ChurnScore | None:
    """Return what stands of one customer, whom the caller was let see; None where nothing stands out."""
    return ChurnScore.objects.filter(pk=customer_id).first()


def churns_of(customer_ids: Sequence[int]) -> dict[int, ChurnScore]:
    """Return what stands of a bounded number of customers."""
    return ChurnScore.objects.in_bulk(list(customer_ids))


def held_back(customer_ids: Iterable[int]) -> frozenset[int]:
    """Return those of a bounded number of customers who are left alone, to compare with."""
    rows = ChurnCase.objects.filter(customer_id__in=list(customer_ids), closed_on__isnull=True, is_control=True)
    return frozenset(rows.values_list("customer_id", flat=True))


def retained_by(customer_ids: Sequence[int]) -> Mapping[int, date]:
    """Return for customers with an open task of retention the day by which the first one is due."""
    rows = Task.objects.filter(customer_id__in=list(customer_ids), kind=KIND, closed_at__isnull=True)
    found = rows.order_by("-due_at").values_list("customer_id", "due_at")
    return {customer_id: timezone.localdate(due_at) for customer_id, due_at in found}
