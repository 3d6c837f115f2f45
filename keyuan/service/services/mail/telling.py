"""What an order and its customer's timeline know of mails (SRV-5, CUS-12)."""

from datetime import datetime

from keyuan.customers.services.interactions import InteractionDraft, add_interaction
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor, ActorKind
from keyuan.service.models import Mail, OrderEntry, WorkOrder
from keyuan.service.rules.mail.letter import Party
from keyuan.service.services.histories import tell_followers, tell_people
from keyuan.service.services.mail.common import ACTOR

#: Codes of lines in an order's history that a mail left there.
CAME, SENT, BOUNCED, FAILED = "mail_came", "mail_sent", "mail_bounced", "mail_failed"


def add_line(order: WorkOrder, kind: str, code: str, text: str, now: datetime, *, name: str = "") -> None:
    """Write a line into an order's history in the name of whoever wrote the mail."""
    OrderEntry.objects.create(order=order, at=now, kind=kind, code=code, text=text[:300], staff_name=name[:80])


def note_in_order(mail: Mail, order: WorkOrder, sender: Party | None, now: datetime) -> None:
    """Say in the history that a mail came, and tell owner and followers."""
    add_line(order, OrderEntry.Kind.INBOUND, CAME, mail.subject, now, name=sender.name if sender else "")
    tell_people(ACTOR, order, "order.mail_came", [order.owner_id or 0], now)
    tell_followers(ACTOR, order, now)


def tell_timeline(mail: Mail, order: WorkOrder, now: datetime) -> None:
    """Add a mail to the timeline of the order's customer, inside the caller's transaction."""
    if order.customer_id is None:
        return
    draft = InteractionDraft(
        kind="EMAIL", direction="OUT" if mail.is_out else "IN", occurred_at=now, summary=mail.subject or order.title,
        purpose="SERVICE", subject_kind="work_order", subject_id=order.pk,
    )  # fmt: skip
    who = Actor(ActorKind.SYSTEM, mail.created_by_id, mail.created_by_name)
    add_interaction(customer_id=order.customer_id, draft=draft, actor=who)
    refresh([order.customer_id], now)
