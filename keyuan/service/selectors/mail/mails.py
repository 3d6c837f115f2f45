"""Reads of mailboxes and mails; a mail is seen with its order, or by whoever keeps the log of its mailbox (SRV-5)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from keyuan.customers.models import ContactPoint
from keyuan.customers.selectors import visible_among
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors import in_scope
from keyuan.platform.crypto import blind_index
from keyuan.platform.files import Attachment
from keyuan.service import permissions
from keyuan.service.models import BlockedSender, Mail, Mailbox, MailParty, WorkOrder
from keyuan.service.selectors.desks import desk_ids_of
from keyuan.service.selectors.orders import access_order, complaints_about

DRAFT = Mail.Status.DRAFT
MOST_IN_THREAD = 200


def mailboxes_visible_to(actor: Actor) -> QuerySet[Mailbox]:
    """Return the mailboxes of units in the actor's scope and of desks at which they sit, for log and set-up."""
    if not (actor.may(permissions.MAIL) or actor.may(permissions.MAILBOXES)):
        return Mailbox.objects.none()
    within = in_scope(actor)
    if not within:
        return Mailbox.objects.order_by("pk")
    return Mailbox.objects.filter(within | Q(desk_id__in=desk_ids_of(actor.id))).order_by("pk")


def access_mailbox(actor: Actor, mailbox_id: int, *, lock: bool = False) -> Mailbox:
    """Return one mailbox in scope. Raises NotFound."""
    rows = mailboxes_visible_to(actor).filter(pk=mailbox_id)
    found = rows.select_for_update(of=("self",)).first() if lock else rows.first()
    if found is None:
        raise NotFound("mailbox.not_found")
    return found


def sending_mailboxes(order: WorkOrder) -> list[Mailbox]:
    """Return the mailboxes from which answers about an order may leave, that of the nearest unit first.

    A mailbox serves its unit and those below: nobody answers from the address of another branch. Where all of them
    are switched off, those: their mails wait.
    """
    rows = [row for row in Mailbox.objects.order_by("pk") if _serves(row, order)]
    rows.sort(key=lambda row: sum(getattr(row, level) is None for level in LEVEL_COLUMNS))
    return [row for row in rows if row.is_active] or rows


def _serves(mailbox: Mailbox, order: WorkOrder) -> bool:
    levels = [(getattr(mailbox, level), getattr(order, level)) for level in LEVEL_COLUMNS]
    # An order of a caller nobody knows may stand in no unit: any mailbox serves it.
    return not any(place for _box, place in levels) or all(box in (None, place) for box, place in levels)


def own_addresses() -> frozenset[str]:
    """Return the addresses of all mailboxes: what comes from them is our own."""
    return frozenset(Mailbox.objects.values_list("address", flat=True))


def log_sources(actor: Actor) -> list[QuerySet[Mail]]:
    """Return the mails of each mailbox in scope, as the log reads them; drafts are their writer's own."""
    if not actor.may(permissions.MAIL) or not mailboxes_visible_to(actor).exists():
        return [Mail.objects.none()]
    boxes = mailboxes_visible_to(actor).values_list("pk", flat=True)
    return [_readable(actor).filter(mailbox_id=pk).exclude(status=DRAFT) for pk in boxes]


def mails_visible_to(actor: Actor) -> QuerySet[Mail]:
    """Return the mails of the log in the actor's reach, for bounded sets."""
    if not actor.may(permissions.MAIL):
        return Mail.objects.none()
    return _readable(actor).filter(mailbox_id__in=mailboxes_visible_to(actor).values("pk")).exclude(status=DRAFT)


def _readable(actor: Actor) -> QuerySet[Mail]:
    """Return every mail but those of complaints about the actor."""
    return Mail.objects.exclude(order_id__in=complaints_about(actor))


def access_mail(actor: Actor, mail_id: int, *, now: datetime) -> Mail:
    """Return one mail: its order is in reach, or the actor keeps the log. A draft is its writer's. Raises NotFound."""
    found = Mail.objects.select_related("mailbox").filter(pk=mail_id).first()
    if found is None or (found.status == DRAFT and found.created_by_id != actor.id):
        raise NotFound("mail.not_found")
    if mails_visible_to(actor).filter(pk=mail_id).exists():
        return found
    if found.order_id is None:
        raise NotFound("mail.not_found")
    access_order(actor, found.order_id, now=now)
    return found


def thread_of(order_id: int) -> list[Mail]:
    """Return the mails of an order, oldest first; the caller has accessed the order."""
    rows = Mail.objects.filter(order_id=order_id).exclude(status=DRAFT).order_by("-pk")
    return list(reversed(rows.select_related("mailbox").prefetch_related("parties")[:MOST_IN_THREAD]))


def last_question(order_id: int) -> Mail | None:
    """Return what a person wrote last in an order's thread; the caller has accessed the order."""
    rows = Mail.objects.filter(order_id=order_id, is_out=False, status=Mail.Status.FILED, is_automatic=False)
    return rows.select_related("mailbox").order_by("-pk").first()


def draft_of(actor: Actor, order_id: int) -> Mail | None:
    """Return what the actor is writing in an order."""
    rows = Mail.objects.filter(order_id=order_id, status=DRAFT, created_by_id=actor.id)
    return rows.prefetch_related("parties").first()


def parties_of_thread(order_id: int) -> list[MailParty]:
    """Return everybody of an order's thread once, by the row that came first; our own mailboxes are not among them."""
    own = {blind_index("email", address) for address in own_addresses()}
    rows = MailParty.objects.filter(mail__order_id=order_id).exclude(mail__status=DRAFT).order_by("pk")[:400]
    found: dict[int | None, MailParty] = {}
    for row in rows:
        if row.email_index not in own:
            found.setdefault(row.email_index, row)
    return list(found.values())


def addresses_of_customer(customer_id: int | None) -> list[ContactPoint]:
    """Return the usable mail addresses of a customer on record, the main one first."""
    if customer_id is None:
        return []
    rows = ContactPoint.objects.filter(
        customer_id=customer_id, kind=ContactPoint.Kind.EMAIL, invalid_at__isnull=True, email__isnull=False
    )
    return sorted(rows, key=lambda row: (not row.is_primary, row.verified_at is None, -row.pk))


def owners_of(address: str) -> tuple[list[int], list[int]]:
    """Return the living customers with this address: those for whom it is verified, and all of them (10 at most)."""
    rows = ContactPoint.objects.filter(
        value_index=blind_index("email", address), kind=ContactPoint.Kind.EMAIL, invalid_at__isnull=True,
        customer__status="ACTIVE",
    )  # fmt: skip
    found = [row for row in rows[:50] if row.email is not None and row.email.equals(address)]
    verified = list(dict.fromkeys(row.customer_id for row in found if row.verified_at is not None))
    return verified, list(dict.fromkeys(row.customer_id for row in found))[:10]


def suggestions(actor: Actor, order: WorkOrder, *, now: datetime) -> list[int]:
    """Return customers in reach who have the address of whoever wrote first, verified or not."""
    if order.customer_id is not None:
        return []
    party = MailParty.objects.filter(mail__order_id=order.pk, mail__is_out=False, role=MailParty.Role.SENDER).first()
    if party is None or party.email_index is None:
        return []
    rows = ContactPoint.objects.filter(value_index=party.email_index, kind=ContactPoint.Kind.EMAIL)
    ids = list(dict.fromkeys(rows.values_list("customer_id", flat=True)[:10]))
    return sorted(visible_among(actor, ids, now=now))


def is_blocked(address: str) -> bool:
    """Tell whether an address or its domain is blocked."""
    if BlockedSender.objects.filter(email_index=blind_index("email", address)).exists():
        return True
    return BlockedSender.objects.filter(domain=address.rpartition("@")[2]).exists()


def blocked() -> list[BlockedSender]:
    """Return who is blocked, the latest first."""
    return list(BlockedSender.objects.order_by("-pk")[:500])


def came_since(address: str, since: datetime) -> int:
    """Return how many mails of a sender came since a moment."""
    rows = MailParty.objects.filter(email_index=blind_index("email", address), role="FROM", at__gte=since)
    return rows.filter(mail__is_out=False).count()


def find_by_message_ids(names: Sequence[str]) -> Mail | None:
    """Return the latest mail of a thread that one of these names calls; it has an order."""
    rows = Mail.objects.filter(message_id__in=[name[:255] for name in names if name], order__isnull=False)
    return rows.order_by("-pk").first() if names else None


def of_order(order_id: int, mail_id: int) -> Mail | None:
    """Return a mail of an order's thread; the caller has accessed the order."""
    return Mail.objects.filter(pk=mail_id, order_id=order_id).exclude(status=DRAFT).first()


def other_sides(mail_ids: Sequence[int]) -> dict[int, MailParty]:
    """Return the first sender of mails that came, and the first recipient of mails that went."""
    found: dict[int, MailParty] = {}
    for party in MailParty.objects.filter(mail_id__in=list(mail_ids)).select_related("mail").order_by("pk"):
        if party.role == (MailParty.Role.TO if party.mail.is_out else MailParty.Role.SENDER):
            found.setdefault(party.mail_id, party)
    return found


def pieces_of(mail_ids: Sequence[int]) -> list[Attachment]:
    """Return the files of mails, without the raw mails."""
    rows = Attachment.objects.filter(subject_kind="mail", subject_id__in=list(mail_ids)).exclude(kind="raw")
    return list(rows.order_by("pk"))
