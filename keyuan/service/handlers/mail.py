"""Decisions that are mailed to customers who chose mail (SRV-4, SRV-5)."""

from keyuan.platform import clock
from keyuan.platform.events import handles
from keyuan.service.events import WorkOrdersMoved
from keyuan.service.forms.mail.notices import decision_text
from keyuan.service.rules import machine
from keyuan.service.services.mail.noticing import mail_decision


def concerns_decisions(event: WorkOrdersMoved) -> bool:
    """Tell whether orders were resolved."""
    return event.act == machine.RESOLVE


@handles(WorkOrdersMoved, wanted=concerns_decisions)
def orders_resolved(event: WorkOrdersMoved) -> None:
    """Mail what was decided; a second time it changes nothing."""
    for order_id in event.ids:
        mail_decision(order_id, decision_text, now=clock.now())
