"""What a customer used of the entitlements: never more than there is, however many click at once (CUS-14)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import EntitlementUse
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.standards import entitlement
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold


def use_entitlement(
    *, actor: Actor, customer_id: int, item: str, on: date, note: str, token: str, now: datetime
) -> EntitlementUse:
    """Record that a customer used a service once; the same ``token`` again is the same use.

    Raises `Refused` entitlement.nothing for an item the customer does not have, entitlement.used_up beyond the quota,
    entitlement.in_future for a day to come.
    """
    actor.require(permissions.INTERACT)
    customer = access_customer(actor, customer_id, now=now)
    if on > now.date():
        raise Refused("entitlement.in_future", field="used_on")
    with transaction.atomic():
        # Two people at once take turns: the last one of a quota is given once.
        hold(f"entitlement:{customer.pk}:{item}")
        known = EntitlementUse.objects.filter(token=token[:64], undone_at__isnull=True).first() if token else None
        if known is not None:
            return known
        has = entitlement([customer.pk], item, on=on).get(customer.pk)
        if has is None:
            raise Refused("entitlement.nothing", field="item")
        if has.left == 0:
            raise Refused("entitlement.used_up", field="item", quota=has.quota)
        use = EntitlementUse.objects.create(
            customer=customer, item=item, used_on=on, note=note.strip()[:100], token=token[:64] or None,
            recorded_by_id=actor.id, recorded_by_name=actor.name[:40], recorded_at=now,
        )  # fmt: skip
        subject = Subject("entitlement_use", use.pk)
        record(actor, Action.CREATE, subject, after={"item": item}, customer_id=customer.pk, now=now)
    return use


def take_back_use(*, actor: Actor, customer_id: int, use_id: int, now: datetime) -> None:
    """Undo `use_entitlement`; taken back twice it stays taken back."""
    actor.require(permissions.INTERACT)
    customer = access_customer(actor, customer_id, now=now)
    with transaction.atomic():
        use = EntitlementUse.objects.select_for_update().filter(pk=use_id, customer=customer).first()
        if use is None:
            raise NotFound("entitlement.not_found")
        if use.undone_at is None:
            # The token is free again: the same click may count once more.
            use.undone_at, use.token = now, None
            use.save(update_fields=["undone_at", "token"])
            record(actor, Action.UNDO, Subject("entitlement_use", use.pk), customer_id=customer.pk, now=now)
