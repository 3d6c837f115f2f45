"""What orders know of a customer, how long they are kept, and what becomes of a leaver's orders (PLT-8, CUS-9)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform.privacy import STILL_ON, PrivacyPart, RecordType, Table, privacy_parts, record_types
from keyuan.service.models import Complaint, ComplaintSign, OrderEntry, WorkOrder
from keyuan.service.rules import machine
from keyuan.service.services.histories import write

COLUMNS = (
    "number", "kind", "title", "description", "status", "contact_channel", "received_at", "closed_at", "solution",
    "conclusion",
)  # fmt: skip
LINES = ("order__number", "at", "kind", "text")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return a customer's orders and what was said in them; notes of colleagues are the house's own."""
    orders = WorkOrder.objects.filter(customer_id=customer_id).order_by("pk")
    said = OrderEntry.objects.filter(order__customer_id=customer_id, kind__in=("REPLY", "INBOUND")).order_by("pk")
    return {
        "work_orders": [dict(row) for row in orders.values(*COLUMNS)],
        "said": [dict(row) for row in said.values(*LINES)],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take names and words out of orders whose terms are over."""
    if not whole:
        return {}
    orders = WorkOrder.objects.filter(customer_id=customer_id, is_open=False)
    lines = OrderEntry.objects.filter(order__in=orders.values("pk")).update(text="")
    ids = list(orders.values_list("pk", flat=True))
    Complaint.objects.filter(pk__in=ids).update(callback_phone=None, claimant_name="", facts="", basis="")
    ComplaintSign.objects.filter(complaint_id__in=ids).delete()
    count = orders.update(description="", caller_name="", solution="", conclusion="", title="")
    return {"work_order": count, "said": lines}


def order_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last order of each customer ended; one that is open goes on."""
    rows = WorkOrder.objects.filter(customer_id__in=list(customer_ids))
    found: dict[int, date] = {}
    for pk, is_open, last in rows.order_by().values_list("customer_id", "is_open").annotate(last=Max("closed_on")):
        ended = STILL_ON if is_open else (last or date.min)
        found[pk or 0] = max(found.get(pk or 0, date.min), ended)
    return found


def give_back_all(actor: Actor, user_id: int, *, now: datetime) -> None:
    """Give the open orders of somebody who leaves back to their desks, in the transaction that closes the account."""
    rows = WorkOrder.objects.select_for_update(of=("self",)).filter(is_open=True, owner_id=user_id).order_by("pk")
    for order in rows:
        source = order.status
        order.owner_id, order.owner_name, order.pool_id = None, "", order.desk_id
        if order.status in (machine.IN_PROGRESS, machine.WAITING):
            order.status = machine.DISPATCHED
        order.save(update_fields=["owner_id", "owner_name", "pool_id", "status"])
        write(actor, order, OrderEntry.Kind.MOVE, act=machine.TRANSFER, source=source, code="left", now=now)


def register() -> None:
    """Hang orders into the registries of privacy parts and record types."""
    privacy_parts.add(PrivacyPart("work_order", _("Work orders"), collect, erase, _files, order=30))
    record_types.add(
        RecordType(
            "work_orders",
            _("Work orders and complaints"),
            60,
            "银行业保险业消费投诉处理管理办法",
            _("End of the order"),
            order_ends,
            least=36,
            order=30,
        )
    )


def _files(customer_id: int) -> Sequence[tuple[str, int]]:
    return [("work_order", pk) for pk in WorkOrder.objects.filter(customer_id=customer_id).values_list("pk", flat=True)]
