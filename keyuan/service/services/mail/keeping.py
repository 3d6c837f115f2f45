"""What mails know of a customer, and how long they are kept (PLT-8, SRV-5)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from keyuan.platform.files import Attachment, delete_attachment
from keyuan.platform.privacy import STILL_ON, PrivacyPart, RecordType, Table, privacy_parts, record_types
from keyuan.service.models import Mail, MailParty
from keyuan.service.services.mail.common import ACTOR, KIND

COLUMNS = ("at", "is_out", "status", "subject", "text", "order__number")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return the mails of a customer's orders, with their addresses, which are opened on record later."""
    mails = Mail.objects.filter(order__customer_id=customer_id).exclude(status=Mail.Status.DRAFT).order_by("pk")
    parties = MailParty.objects.filter(mail__in=mails.values("pk")).order_by("pk")
    return {
        "mails": [dict(row) for row in mails.values(*COLUMNS)],
        "mail_addresses": [
            {"mail": row.mail_id, "role": row.role, "name": row.name, "email": row.email} for row in parties
        ],
    }


def erase(customer_id: int, whole: bool, now: datetime) -> Mapping[str, int]:
    """With ``whole`` take words, addresses and raw mails out of orders that are over."""
    if not whole:
        return {}
    ids = list(Mail.objects.filter(order__customer_id=customer_id, order__is_open=False).values_list("pk", flat=True))
    return {"mail": _emptied(ids, now)}


def _emptied(ids: Sequence[int], now: datetime) -> int:
    for row in Attachment.objects.filter(subject_kind=KIND, subject_id__in=list(ids)):
        delete_attachment(actor=ACTOR, attachment_id=row.pk, reason="retention", now=now)
    MailParty.objects.filter(mail_id__in=list(ids)).delete()
    return Mail.objects.filter(pk__in=list(ids)).update(text="", html="", subject="", raw_id=None, left_out=[])


def mail_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last order with mails of each customer ended; one that is open goes on."""
    rows = Mail.objects.filter(order__customer_id__in=list(customer_ids)).order_by()
    found: dict[int, date] = {}
    values = rows.values_list("order__customer_id", "order__is_open").annotate(last=Max("order__closed_on"))
    for pk, is_open, last in values:
        ended = STILL_ON if is_open else (last or date.min)
        found[pk or 0] = max(found.get(pk or 0, date.min), ended)
    return found


def files(customer_id: int) -> Sequence[tuple[str, int]]:
    """Name the mails whose files are the customer's."""
    return [(KIND, pk) for pk in Mail.objects.filter(order__customer_id=customer_id).values_list("pk", flat=True)]


def over_unfiled(before: date, after: int, limit: int) -> list[int]:
    """Return mails that belong to no order (spam, quarantine, set aside) and came before a day."""
    rows = Mail.objects.filter(order__isnull=True, is_out=False, at__date__lt=before, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def purge_unfiled(ids: Sequence[int], now: datetime) -> int:
    """Throw mails away that belong to no order, with the raw mails."""
    _emptied(ids, now)
    return Mail.objects.filter(pk__in=list(ids), order__isnull=True).delete()[0]


def nobodys(_customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Mails without an order belong to no customer."""
    return {}


def register() -> None:
    """Hang mails into the registries of privacy parts and record types."""
    privacy_parts.add(PrivacyPart("mail", _("E-mail"), collect, erase, files, order=31))
    record_types.add(
        RecordType(
            "mails", _("Mails of work orders"), 60, "银行业保险业消费投诉处理管理办法", _("End of the order"),
            mail_ends, least=36, order=31,
        )
    )  # fmt: skip
    record_types.add(
        RecordType(
            "mails_unfiled", _("Mails without an order (spam, quarantine)"), 6, "个人信息保护法 19", _("Day it came"),
            nobodys, locks=False, over=over_unfiled, purge=purge_unfiled, order=32,
        )
    )  # fmt: skip
