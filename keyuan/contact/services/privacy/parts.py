"""What contacts know of a customer, and the terms of their own records (PLT-8; domain.md E.6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.contact.models import Consent, DoNotContact, Message, Permit, PrivacyRequest
from keyuan.contact.services.privacy.erasing import erase_customers
from keyuan.contact.services.privacy.returning import take_out_again
from keyuan.customers.models import CustomerSummary
from keyuan.platform.backup.hooks import AfterRestore, after_restore
from keyuan.platform.files import vault
from keyuan.platform.models.attachment import Attachment
from keyuan.platform.privacy import PrivacyPart, RecordType, Table, privacy_parts, record_types

CONSENT = ("purpose", "contact_channel", "source", "evidence", "granted_at", "expires_on", "revoked_at")
REFUSAL = ("contact_channel", "scope", "source", "words", "refused_at", "until", "lifted_at")
MESSAGE = ("channel", "purpose", "status", "created_at", "sent_at", "delivered_at", "template_version__template__name")
PERMIT = ("contact_channel", "purpose", "state", "at", "reason")
REQUEST = ("number", "kind", "status", "received_at", "due_on", "answer", "closed_at")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return consents, refusals, messages, permits and earlier requests."""
    messages = Message.objects.filter(customer_id=customer_id).select_related("template_version__template")
    return {
        "consents": [dict(row) for row in Consent.objects.filter(customer_id=customer_id).values(*CONSENT)],
        "refusals": [dict(row) for row in DoNotContact.objects.filter(customer_id=customer_id).values(*REFUSAL)],
        "messages": [
            {**{name: _value(row, name) for name in MESSAGE}, "values": row.values} for row in messages.order_by("pk")
        ],
        "permits": [dict(row) for row in Permit.objects.filter(customer_id=customer_id).values(*PERMIT)],
        "requests": [dict(row) for row in PrivacyRequest.objects.filter(customer_id=customer_id).values(*REQUEST)],
    }


def _value(row: object, path: str) -> object:
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """Take out what messages said; refusals and the proof of consents stay, they protect the person."""
    messages = Message.objects.filter(customer_id=customer_id, values__isnull=False)
    counts = {"message": messages.update(values=None)}
    if whole:
        counts["consent"] = Consent.objects.filter(customer_id=customer_id).update(evidence="", revoke_note="")
        requests = PrivacyRequest.objects.filter(customer_id=customer_id)
        counts["request"] = requests.update(applicant_name="", wish="")
    return counts


def files_of(customer_id: int) -> Sequence[tuple[str, int]]:
    """Name the consents and requests whose files belong to the customer."""
    consents = Consent.objects.filter(customer_id=customer_id).values_list("pk", flat=True)
    requests = PrivacyRequest.objects.filter(customer_id=customer_id).values_list("pk", flat=True)
    return [
        *(("consent", pk) for pk in consents),
        *((kind, pk) for pk in requests for kind in ("privacy_request", "privacy_copy")),
    ]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def message_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last message was made."""
    rows = Message.objects.filter(customer_id__in=customer_ids).values("customer_id").annotate(last=Max("created_at"))
    return {row["customer_id"]: timezone.localdate(row["last"]) for row in rows}


def old_messages(before: date, after: int, limit: int) -> list[int]:
    """Return messages that were made before a day and still hold what they said."""
    rows = Message.objects.filter(pk__gt=after, created_at__lt=_start(before), values__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_messages(ids: Sequence[int], _now: datetime) -> int:
    """Take out what messages said; that they were sent stays."""
    return Message.objects.filter(pk__in=ids).update(values=None)


def consent_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last consent was withdrawn, of customers whose consents all are."""
    rows = Consent.objects.filter(customer_id__in=customer_ids, revoked_at__isnull=False)
    found = rows.values("customer_id").annotate(last=Max("revoked_at"))
    return {row["customer_id"]: timezone.localdate(row["last"]) for row in found}


def prospect_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return the last contact with customers who never bought."""
    rows = CustomerSummary.objects.filter(pk__in=customer_ids, is_policyholder=False)
    return {pk: max(opened, contact) for pk, opened, contact in rows.values_list("pk", "opened_on", "last_contact_on")}


def old_prospects(before: date, after: int, limit: int) -> list[int]:
    """Return customers who never bought and whom nobody contacted since before a day."""
    rows = CustomerSummary.objects.filter(
        pk__gt=after, is_policyholder=False, opened_on__lt=before, last_contact_on__lt=before
    )
    return list(rows.exclude(name="").order_by("pk").values_list("pk", flat=True)[:limit])


def forget_prospects(ids: Sequence[int], now: datetime) -> int:
    """Take out prospects without a consent in force; a consent keeps them until it ends."""
    agreed = set(
        Consent.objects.filter(customer_id__in=ids, revoked_at__isnull=True).values_list("customer_id", flat=True)
    )
    return erase_customers([pk for pk in ids if pk not in agreed], now=now)


def copy_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last copy was made."""
    rows = PrivacyRequest.objects.filter(customer_id__in=customer_ids, copied_at__isnull=False)
    found = rows.values("customer_id").annotate(last=Max("copied_at"))
    return {row["customer_id"]: timezone.localdate(row["last"]) for row in found}


def old_copies(before: date, after: int, limit: int) -> list[int]:
    """Return requests whose copy was made before a day and still lies here."""
    rows = PrivacyRequest.objects.filter(pk__gt=after, copy_id__isnull=False, copied_at__lt=_start(before))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_copies(ids: Sequence[int], _now: datetime) -> int:
    """Delete the files of copies; the requests stay."""
    rows = PrivacyRequest.objects.filter(pk__in=ids)
    files = Attachment.objects.filter(pk__in=rows.values("copy_id"))
    names = list(files.values_list("storage_name", flat=True))
    files.delete()
    # Only after the commit: a rolled-back deletion must still find its files.
    transaction.on_commit(partial(_remove, names))
    return rows.update(copy_id=None)


def _remove(names: list[str]) -> None:
    for name in names:
        vault.remove(name)


def register() -> None:
    """Hang contacts into the registries of privacy parts and record types."""
    privacy_parts.add(PrivacyPart("contact", _("Consents and messages"), collect, erase, files_of, order=30))
    after_restore.add(AfterRestore("erasures", take_out_again))
    add = record_types.add
    add(
        RecordType(
            "prospects", _("Prospects without a contract"), 24, "PIPL 19", _("Last contact"), prospect_ends,
            locks=False, over=old_prospects, purge=forget_prospects, order=30,
        )
    )  # fmt: skip
    add(
        RecordType(
            "messages", _("What messages said"), 36, "PIPL 19", _("Making of the message"), message_ends,
            locks=False, over=old_messages, purge=forget_messages, order=31,
        )
    )  # fmt: skip
    add(
        RecordType(
            "consents", _("Proof of consents"), 36, "PIPL 14", _("Withdrawal"), consent_ends, locks=False, order=32
        )
    )
    add(
        RecordType(
            "privacy_copies", _("Copies made for customers"), 1, "PIPL 19", _("Making of the copy"), copy_ends,
            locks=False, over=old_copies, purge=forget_copies, order=33,
        )
    )  # fmt: skip
