"""The do-not-contact list within an actor's reach."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from keyuan.contact.models import DoNotContact
from keyuan.contact.rules.judging import Asked, Refusal, binds
from keyuan.contact.selectors.terms import purposes
from keyuan.customers.models import ContactPoint, Customer
from keyuan.customers.selectors.scope import customer_q, lent_rows
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def refusal_sources(actor: Actor, *, now: datetime) -> Sequence[QuerySet[DoNotContact]]:
    """Return the rows of the list: of customers served in scope, then of those lent to the post.

    Numbers that are no customer's are seen by posts that see the whole book.
    """
    return lent_rows(DoNotContact.objects.all(), actor, now=now)


def access_refusal(actor: Actor, refusal_id: int, *, now: datetime, lock: bool = False) -> DoNotContact:
    """Return one entry about a customer the actor sees. Raises NotFound."""
    rows = DoNotContact.objects.filter(customer_q(actor, now=now, prefix="customer__"))
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=refusal_id).first()
    if found is None:
        raise NotFound("refusal.not_found")
    return found


def refusals_of(customer: Customer) -> list[DoNotContact]:
    """Return what a customer ever refused, and what holds for their numbers, newest first.

    The caller has accessed the customer.
    """
    numbers = ContactPoint.objects.filter(customer=customer, value_index__isnull=False).values("value_index")
    own = DoNotContact.objects.filter(customer=customer)
    # A union, not an OR: each half has its index.
    rows = own.union(DoNotContact.objects.filter(number_index__in=numbers))
    return list(rows.order_by("-refused_at", "-id")[:50])


def is_refused(customer: Customer, *, channel: str, purpose: str, now: datetime) -> bool:
    """Tell whether a customer refused contacts of this purpose through a channel; the caller has accessed them."""
    asked = Asked(purposes()[purpose], channel)
    entries = [row for row in refusals_of(customer) if row.lifted_at is None]
    return any(binds(Refusal(row.scope, row.contact_channel, row.until), asked, now) for row in entries)
