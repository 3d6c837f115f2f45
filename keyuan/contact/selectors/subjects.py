"""Consents, refusals, reservations and permits by id, inside the actor's reach (decision 12)."""

from datetime import datetime
from typing import Any

from keyuan.contact.models import Consent, DoNotContact, Permit, Reservation
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor

MODELS: dict[str, Any] = {
    "consent": Consent, "refusal": DoNotContact, "reservation": Reservation, "permit": Permit,
}  # fmt: skip


def in_reach(kind: str, actor: Actor, ids: list[int], *, now: datetime) -> list[int]:
    """Return those of ``ids`` that are about customers the actor sees."""
    rows = MODELS[kind]._default_manager.filter(customer_q(actor, now=now, prefix="customer__"), pk__in=ids)
    return list(rows.values_list("pk", flat=True))


def owner_of(kind: str, row_id: int) -> int | None:
    """Return whose row it is; the page behind the address checks the reach."""
    found: int | None = MODELS[kind]._default_manager.filter(pk=row_id).values_list("customer_id", flat=True).first()
    return found
