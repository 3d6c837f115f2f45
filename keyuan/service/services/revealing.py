"""Opening the sealed number of a complaint (PLT-5, PLT-7)."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.crypto.reveal import reveal
from keyuan.service import permissions
from keyuan.service.models import Complaint
from keyuan.service.selectors.orders import access_order
from keyuan.service.services.histories import subject_of


def reveal_callback(*, actor: Actor, order_id: int, reason: str, now: datetime) -> str:
    """Return the number on which a claimant wants to be called, whole, and note who opened it and why.

    Raises NotFound out of reach or without a number, and what `reveal` refuses: no reason, no quota left.
    """
    actor.require(permissions.WORK)
    order = access_order(actor, order_id, now=now)
    complaint = Complaint.objects.filter(pk=order.pk).first()
    if complaint is None or complaint.callback_phone is None:
        raise NotFound("order.not_found")
    return reveal(
        actor=actor, sealed=complaint.callback_phone, subject=subject_of(order), customer_id=order.customer_id,
        reason=reason, now=now,
    )  # fmt: skip
