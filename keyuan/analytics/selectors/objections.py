"""Who does not want to be judged by programs (ANA-11; PIPL 24)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from keyuan.analytics.models import AutomationObjection


def open_objections() -> QuerySet[AutomationObjection]:
    """The objections that stand; the caller shows only customers in reach."""
    return AutomationObjection.objects.filter(withdrawn_at__isnull=True)


def objecting_ids() -> frozenset[int]:
    """Return the customers who get no score, no offer and no task by a program."""
    return frozenset(open_objections().values_list("customer_id", flat=True))


def objecting_among(customer_ids: Iterable[int]) -> frozenset[int]:
    """Return those of a page of customers who object."""
    return frozenset(open_objections().filter(customer_id__in=list(customer_ids)).values_list("customer_id", flat=True))


def objects(customer_id: int) -> bool:
    """Tell whether a customer objects at this moment."""
    return open_objections().filter(customer_id=customer_id).exists()


def objections_of(customer_id: int) -> list[AutomationObjection]:
    """Return a customer's objections, the newest first; the caller has accessed the customer."""
    return list(AutomationObjection.objects.filter(customer_id=customer_id).order_by("-recorded_at", "-pk"))
