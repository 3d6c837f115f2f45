"""The ledger of permits within an actor's reach."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from keyuan.contact.models import Permit
from keyuan.customers.selectors.scope import customer_q, lent_rows
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def permit_sources(actor: Actor, *, now: datetime) -> Sequence[QuerySet[Permit]]:
    """Return the rows of a list page: of customers served in scope, then of customers lent to the post."""
    return lent_rows(Permit.objects.all(), actor, now=now)


def permits_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Permit]:
    """Return the permits about customers the actor sees."""
    return Permit.objects.filter(customer_q(actor, now=now, prefix="customer__"))


def access_permit(actor: Actor, permit_id: int, *, now: datetime, lock: bool = False) -> Permit:
    """Return one permit about a customer the actor sees, row-locked when it is about to change. Raises NotFound."""
    rows = permits_visible_to(actor, now=now)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=permit_id).first()
    if found is None:
        raise NotFound("permit.not_found")
    return found
