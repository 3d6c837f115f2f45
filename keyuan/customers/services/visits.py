"""Looks: opening a customer and searching, on the trail; what was opened also stands among the recent records."""

from datetime import datetime

from keyuan.customers.models import Customer
from keyuan.customers.rules.query import understand
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


def note_search(*, actor: Actor, typed: str, hits: int, now: datetime) -> None:
    """Note a search. What was typed may be a whole identity number, so its kind stands there, not its text."""
    kinds = sorted({str(kind) for piece in understand(typed) for kind in piece.kinds})
    detail = {"form": kinds, "hits": hits}
    record_read(actor, Action.SEARCH, Subject("customer_search", 0), detail=detail, now=now)
