"""Telling customers who serves them now (保险销售行为管理办法 36; CUS-9)."""

from collections.abc import Sequence
from datetime import datetime

from keyuan.contact.models import Message
from keyuan.contact.services.messages.defaults import HANDOVER, shipped_template
from keyuan.contact.services.messages.queueing import MOST, Draft, send_many
from keyuan.customers.services.allocation.notices import record_notified
from keyuan.kernel.actor import system_actor
from keyuan.platform.audit import Subject

TELLER = system_actor("hand-over")


def tell_successors(
    customer_ids: Sequence[int], *, handover_id: int, allocation_id: int, now: datetime
) -> tuple[int, int]:
    """Queue the notice to each customer, once for each hand-over; returns how many were queued and how many not.

    Customers without a usable number get none: their notice clock runs on, and whoever serves them sees it.
    """
    template = shipped_template(HANDOVER, now)
    kind, number = ("handover", handover_id) if handover_id else ("allocation", allocation_id)
    queued = 0
    for start in range(0, len(customer_ids), MOST):
        drafts = [
            Draft(pk, key=f"{kind}:{number}:{pk}", subject=Subject(kind, number))
            for pk in customer_ids[start : start + MOST]
        ]
        answers = send_many(actor=TELLER, template_id=template.pk, drafts=drafts, now=now, batch=f"{kind}:{number}")
        queued += sum(isinstance(answer, Message) for answer in answers)
    return queued, len(customer_ids) - queued


def note_told(message: Message, now: datetime) -> None:
    """Stop the notice clock of a customer whose notice left, inside the caller's transaction."""
    if message.subject_kind in ("handover", "allocation"):
        record_notified([message.customer_id], now)
