"""Opening a customer's page: one event in the trail and one entry among the recent records."""

from datetime import datetime

from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform.audit import Action, Subject, record_read
from keyuan.platform.recent import remember_visit


def note_opening(*, actor: Actor, customer: Customer, face: str, now: datetime) -> None:
    """Note that ``actor`` opened the customer on a ``face`` (page, print, api …); the caller checked the access."""
    subject = Subject("customer", customer.pk)
    record_read(actor, Action.VIEW, subject, customer_id=customer.pk, detail={"face": face}, now=now)
    # Recent records are a convenience of people.
    if actor.kind is not ActorKind.API_CLIENT:
        remember_visit(actor=actor, subject=subject, now=now)
