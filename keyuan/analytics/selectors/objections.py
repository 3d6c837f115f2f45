"""Who does not want to be judged by programs (ANA-11; PIPL 24)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from keyuan.analytics.models import AutomationObjection
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.scope import scope_terms
from keyuan.kernel.actor import Actor


def open_objections() -> QuerySet[AutomationObjection]:
    """The objections that stand; the caller shows only customers in reach."""
    return AutomationObjection.objects.filter(withdrawn_at__isnull=True)


def objecting_ids() -> frozenset[int]:
    """Return the customers who get no score, no offer and no task by a program."""
    return frozenset(open_objections().values_list("customer_id", flat=True))


def objecting_among(customer_ids: Iterable[int]) -> frozenset[int]:
    """Return those of a page of customers who object."""
    return frozenset(open_objections().filter(customer_id__in=list(customer_ids)).values_list("customer_id", flat=True))


def objects(customer_id: int | None) -> bool:
    """Tell whether a customer objects at this moment; nobody, of a contract without a holder, does not."""
    return customer_id is not None and open_objections().filter(customer_id=customer_id).exists()


def objections_of(customer_id: int) -> list[AutomationObjection]:
    """Return a customer's objections, the newest first; the caller has accessed the customer."""
    return list(AutomationObjection.objects.filter(customer_id=customer_id).order_by("-recorded_at", "-pk"))


def objection_sources(actor: Actor, *, now: datetime) -> Sequence[QuerySet[AutomationObjection]]:
    """Return the objections of a list page, ended ones too: those of customers whom the actor sees today.

    Few customers object: the rows are walked, and each is asked for by its customer's key. Joined to the scope, SQLite
    would read the whole scope instead.
    """
    rows = AutomationObjection.objects.all()
    if scope_terms(actor) == []:
        return [rows]
    return [rows.filter(Exists(summaries_visible_to(actor, now=now).filter(pk=OuterRef("customer_id"))))]
