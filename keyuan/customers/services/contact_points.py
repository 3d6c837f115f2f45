"""Verified, invalid, usable again: what is known of a way to reach a customer (CUS-1, CUS-11)."""

from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import ContactPoint
from keyuan.customers.selectors.archive import access_contact
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit


def verify_contact(*, actor: Actor, contact_id: int, now: datetime) -> ContactPoint:
    """Note that somebody checked that this reaches the customer; it is valid again, whatever was noted before."""
    return _change(actor, contact_id, now, verified_at=now, invalid_at=None, invalid_reason="")


def mark_invalid(*, actor: Actor, contact_id: int, reason: str, now: datetime) -> ContactPoint:
    """Note that this does not reach the customer, so that lists show another one. Raises `Refused` without reason."""
    if not reason.strip():
        raise Refused("contact.reason_missing", field="reason")
    return _change(actor, contact_id, now, verified_at=None, invalid_at=now, invalid_reason=reason.strip()[:40])


def restore_contact(*, actor: Actor, contact_id: int, now: datetime) -> ContactPoint:
    """Take `mark_invalid` back."""
    return _change(actor, contact_id, now, invalid_at=None, invalid_reason="")


def _change(actor: Actor, contact_id: int, now: datetime, **values: object) -> ContactPoint:
    actor.require(permissions.EDIT)
    with transaction.atomic():
        contact = access_contact(actor, contact_id, now=now, lock=True)
        before = {name: getattr(contact, name) for name in values}
        for name, value in values.items():
            setattr(contact, name, value)
        contact.save(update_fields=[*values])
        refresh([contact.customer_id], now)
        subject = Subject("customer", contact.customer_id)
        detail = {"contact": contact.pk}
        record(
            actor,
            Action.UPDATE,
            subject,
            before=before,
            after=values,
            customer_id=contact.customer_id,
            detail=detail,
            now=now,
        )
        emit(CustomersChanged((contact.customer_id,), "CONTACT"))
    return contact
