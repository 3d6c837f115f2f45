"""Receiving units accept what they were given, or return it with a reason; silence goes up (CUS-9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from keyuan.customers import permissions
from keyuan.customers.events import CustomersHandedOver
from keyuan.customers.models import Allocation, AllocationItem, OrphanCase, Reception
from keyuan.customers.rules.allocation.orphans import OWE_NOTICE
from keyuan.customers.selectors.allocation.access import access_reception, overdue_receptions
from keyuan.customers.services.allocation.taking_back import take_back
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import Post, Unit
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.notices import notify_staff
from keyuan.platform.people import holders_of

RETURN_REASONS = ("REGION", "CAPACITY", "QUALIFICATION", "WISH", "OTHER")
#: Customers that one answer returns; a unit that returns more answers twice.
MOST_RETURNED = 5000
CHUNK = 2000
#: A unit above has as many days again before the next one is asked.
MORE_DAYS = 2
Open = (Reception.State.WAITING, Reception.State.ESCALATED)
ItemState = AllocationItem.State


def accept_reception(*, actor: Actor, reception_id: int, now: datetime) -> Reception:
    """Accept what a unit was given and has not returned; its customers are told from now on (销售办法 36).

    Accepted twice it is accepted once. Raises `Conflict` when it was returned or taken back.
    """
    actor.require(permissions.RECEIVE)
    with transaction.atomic():
        reception = access_reception(actor, reception_id, lock=True)
        if reception.state in (Reception.State.ACCEPTED, Reception.State.PARTLY):
            return reception
        if reception.state not in Open:
            raise Conflict("reception.answered")
        _accept(actor, reception, now)
    return reception


def accept_at_once(actor: Actor, batch: Allocation, unit_ids: Sequence[int], now: datetime) -> None:
    """Accept for units that lie inside the one that allocates, inside the caller's transaction."""
    for reception in Reception.objects.filter(allocation=batch, unit_id__in=list(unit_ids), state__in=Open):
        _accept(actor, reception, now)


def _accept(actor: Actor, reception: Reception, now: datetime) -> None:
    items = AllocationItem.objects.filter(
        allocation_id=reception.allocation_id, receiving_unit_id=reception.unit_id, state=ItemState.GIVEN
    )
    owed = OrphanCase.objects.filter(pk__in=items.values("case_id"), reason__in=OWE_NOTICE, notified_at__isnull=True)
    customers = list(owed.order_by("customer_id").values_list("customer_id", flat=True))
    items.update(state=ItemState.ACCEPTED)
    reception.state = Reception.State.PARTLY if reception.returned else Reception.State.ACCEPTED
    _answer(actor, reception, now)
    for part in in_events_of(customers):
        emit(CustomersHandedOver(part, allocation_id=reception.allocation_id))


def _answer(actor: Actor, reception: Reception, now: datetime) -> None:
    reception.answered_at, reception.answered_by_id, reception.answered_by_name = now, actor.id, actor.name[:80]
    reception.version += 1
    reception.save(update_fields=["state", "answered_at", "answered_by_id", "answered_by_name", "version"])
    after = {"state": reception.state, "returned": reception.returned}
    record(actor, Action.UPDATE, Subject("reception", reception.pk), after=after, now=now)


def return_customers(
    *, actor: Actor, reception_id: int, item_ids: Sequence[int] | None, reason: str, note: str, now: datetime
) -> int:
    """Return customers of a reception (None: all that are left) with a reason; return how many went back.

    They wait for a person again. Raises `Refused` without a reason (and without words for OTHER), for more than
    `MOST_RETURNED`, and `Conflict` when the reception was answered. Returned twice it is returned once.
    """
    actor.require(permissions.RECEIVE)
    if reason not in RETURN_REASONS:
        raise Refused("reception.reason", field="reason")
    if reason == "OTHER" and not note.strip():
        raise Refused("reception.note", field="note")
    with transaction.atomic():
        reception = access_reception(actor, reception_id, lock=True)
        if reception.state not in Open:
            raise Conflict("reception.answered")
        rows = AllocationItem.objects.filter(
            allocation_id=reception.allocation_id, receiving_unit_id=reception.unit_id, state=ItemState.GIVEN
        )
        if item_ids is not None:
            rows = rows.filter(pk__in=list(item_ids)[: MOST_RETURNED + 1])
        items = list(rows.order_by("pk")[: MOST_RETURNED + 1])
        if len(items) > MOST_RETURNED:
            raise Refused("reception.too_many", most=MOST_RETURNED)
        return _return(actor, reception, items, reason, note, now)


def _return(
    actor: Actor, reception: Reception, items: Sequence[AllocationItem], reason: str, note: str, now: datetime
) -> int:
    count = 0
    for start in range(0, len(items), CHUNK):
        group = items[start : start + CHUNK]
        back = take_back(group, actor=actor, now=now, code="RETURNED", state=ItemState.RETURNED, returned=True)
        changed = AllocationItem.objects.filter(pk__in=[item.pk for item in group], customer_id__in=back)
        changed.update(reason=reason, note=note.strip()[:100])
        count += len(back)
    reception.returned += count
    Reception.objects.filter(pk=reception.pk).update(returned=F("returned") + count)
    left = AllocationItem.objects.filter(
        allocation_id=reception.allocation_id, receiving_unit_id=reception.unit_id, state=ItemState.GIVEN
    )
    if not left.exists():
        reception.state = Reception.State.RETURNED
        _answer(actor, reception, now)
    else:
        detail = {"returned": count, "reason": reason}
        record(actor, Action.UPDATE, Subject("reception", reception.pk), detail=detail, now=now)
    batch = reception.allocation
    params = {"unit": reception.unit.name, "count": count}
    if batch.created_by_id and count:
        url = f"/customers/allocations/{batch.pk}/"
        notify_staff([batch.created_by_id], "task", "reception.returned", params, url=url, now=now)
    return count


def tell_receivers(batch: Allocation, unit_ids: Sequence[int], now: datetime) -> None:
    """Give notice to those who may answer in the receiving units, inside the caller's transaction."""
    holders = set(holders_of(permissions.RECEIVE))
    for reception in Reception.objects.filter(allocation=batch, unit_id__in=list(unit_ids)).select_related("unit"):
        _tell(reception, reception.unit_id, "reception.waiting", holders, now)


def _tell(reception: Reception, unit_id: int, code: str, holders: set[int], now: datetime) -> None:
    here = Post.objects.filter(unit_id=unit_id, user_id__in=holders).values_list("user_id", flat=True)
    params = {"unit": reception.unit.name, "count": reception.customers}
    notify_staff(sorted(set(here)), "task", code, params, url=f"/customers/receptions/{reception.pk}/", now=now)


def escalate_overdue(now: datetime) -> int:
    """Pass receptions that nobody answered in time to the unit above; return how many.

    The unit above sees them already by its scope; what changes is who is told, and that the board shows it.
    """
    late = list(overdue_receptions(now).select_related("unit").order_by("pk")[:500])
    holders = set(holders_of(permissions.RECEIVE))
    for reception in late:
        with transaction.atomic():
            held = Reception.objects.select_for_update(of=("self",)).filter(
                pk=reception.pk, state=Reception.State.WAITING
            )
            above = Unit.objects.filter(pk=reception.unit.parent_id or 0).first() or reception.unit
            deadline = now + timedelta(days=MORE_DAYS)
            if held.update(state=Reception.State.ESCALATED, escalated_to_id=above.pk, deadline_at=deadline):
                _tell(reception, above.pk, "reception.escalated", holders, now)
    return len(late)
