"""Reading cases of retention (ANA-6)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from keyuan.analytics.models import ChurnCase
from keyuan.analytics.selectors.churn.watched import KIND
from keyuan.customers.models import Task
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def worked_on(day: date) -> Sequence[QuerySet[Any]]:
    """Return the open cases of ``day`` that are to be worked on; who is left alone gets no task by a rule."""
    rows = ChurnCase.objects.filter(opened_on=day, is_control=False, closed_on__isnull=True)
    # Where somebody made a task by hand already, the rule adds none.
    by_hand = Task.objects.filter(
        customer=OuterRef("customer"), kind=KIND, closed_at__isnull=True, rule_id__isnull=True
    )
    return [rows.exclude(Exists(by_hand))]


def open_cases(customer_ids: Sequence[int]) -> dict[int, int]:
    """Return the open case of each of these customers who has one."""
    rows = ChurnCase.objects.filter(customer_id__in=list(customer_ids), closed_on__isnull=True)
    return dict(rows.values_list("customer_id", "pk"))


def case_labels(actor: Actor, ids: Sequence[int], *, now: datetime) -> dict[int, str]:
    """Name cases in reach by their customer."""
    cases = dict(ChurnCase.objects.filter(pk__in=ids).values_list("pk", "customer_id"))
    names = customer_labels(actor, sorted(set(cases.values())), now=now)
    return {pk: names[customer] for pk, customer in cases.items() if customer in names}


def customer_of_case(case_id: int) -> int:
    """Return the customer whom a case is about; 0 where there is no such case."""
    return ChurnCase.objects.filter(pk=case_id).values_list("customer_id", flat=True).first() or 0


def access_case(actor: Actor, case_id: int, *, now: datetime) -> ChurnCase:
    """Return a case. Raises NotFound where its customer is out of reach."""
    found = ChurnCase.objects.filter(pk=case_id).first()
    if found is None:
        raise NotFound
    access_customer(actor, found.customer_id, now=now)
    return found
