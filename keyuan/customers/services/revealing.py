"""Showing one sealed value of a customer whole, with a reason (PLT-4, PLT-7)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from keyuan.customers import permissions
from keyuan.customers.models import BankAccount, ContactPoint, Customer, IdentityDocument, KeyAccountContact
from keyuan.customers.selectors import access_customer
from keyuan.customers.services.child_rows import COLUMN_OF_KIND
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit import Subject
from keyuan.platform.crypto import Sealed
from keyuan.platform.crypto.reveal import reveal


def _contact(customer: Customer, pk: int) -> Any:
    row = ContactPoint.objects.filter(customer=customer, pk=pk).first()
    return getattr(row, COLUMN_OF_KIND.get(row.kind, "social_account")) if row else None


def _document(customer: Customer, pk: int) -> Any:
    row = IdentityDocument.objects.filter(customer=customer, pk=pk).first()
    return row.identity_number if row else None


def _account(customer: Customer, pk: int) -> Any:
    row = BankAccount.objects.filter(customer=customer, pk=pk).first()
    return row.bank_account if row else None


def _health(customer: Customer, _pk: int) -> Any:
    return customer.health_notes


def _key_contact(customer: Customer, pk: int) -> Any:
    row = KeyAccountContact.objects.filter(account__customer=customer, pk=pk).first()
    return row.phone if row else None


#: What can be revealed: the part of the address, and how to find the value.
FINDERS: Mapping[str, Callable[[Customer, int], Sealed | None]] = {
    "contact": _contact,
    "document": _document,
    "account": _account,
    "health": _health,
    "key-contact": _key_contact,
}


def reveal_value(*, actor: Actor, customer_id: int, part: str, row_id: int, reason: str, now: datetime) -> str:
    """Return one sealed value of a customer whole. Raises NotFound when there is none in reach, else as `reveal`."""
    actor.require(permissions.REVEAL)
    if part == "health":
        actor.require(permissions.HEALTH)
    customer = access_customer(actor, customer_id, now=now)
    sealed = FINDERS[part](customer, row_id) if part in FINDERS else None
    if sealed is None:
        raise NotFound("customer.nothing_sealed")
    subject = Subject("customer", customer.pk)
    return reveal(actor=actor, sealed=sealed, subject=subject, customer_id=customer.pk, reason=reason, now=now)
