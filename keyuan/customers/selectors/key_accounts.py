"""Reads of key accounts (CUS-10)."""

from datetime import datetime

from django.db.models import QuerySet

from keyuan.customers import permissions
from keyuan.customers.models import ContactReport, KeyAccount
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def accounts_visible_to(actor: Actor, *, now: datetime) -> QuerySet[KeyAccount]:
    """Key accounts among the customers in reach, ended ones with them."""
    if not actor.may(permissions.VIEW):
        return KeyAccount.objects.none()
    return KeyAccount.objects.filter(customer_q(actor, now=now, prefix="customer__"))


def access_account(actor: Actor, account_id: int, *, now: datetime, lock: bool = False) -> KeyAccount:
    """Return one key account. Raises NotFound out of reach."""
    rows = accounts_visible_to(actor, now=now).filter(pk=account_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows.select_related("customer")).first()
    if row is None:
        raise NotFound("key_account.not_found")
    return row


def account_of(customer_id: int) -> KeyAccount | None:
    """Return the key account that a customer is now; the caller has accessed the customer."""
    rows = KeyAccount.objects.filter(customer_id=customer_id, ended_on__isnull=True)
    return rows.prefetch_related("contacts").first()


def reports_of(account: KeyAccount) -> list[ContactReport]:
    """Return the contact reports of an account, the newest first."""
    return list(account.reports.order_by("-reported_on", "-pk")[:20])
