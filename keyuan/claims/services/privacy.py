"""What claims know of a customer, and how long they are kept (PLT-8; domain.md E.6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.claims.models import Claim
from keyuan.platform.privacy import STILL_ON, PrivacyPart, RecordType, Table, privacy_parts, record_types

#: States in which a claim is over.
ENDED = frozenset({"DECLINED", "PAID", "CLOSED", "WITHDRAWN"})
COLUMNS = (
    "claim_no", "policy__policy_no", "kind", "cause", "status", "currency", "claimed_amount", "paid_amount",
    "occurred_on", "decided_on", "paid_on",
)  # fmt: skip


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return a customer's claims."""
    return {
        "claims": [dict(row) for row in Claim.objects.filter(customer_id=customer_id).order_by("pk").values(*COLUMNS)]
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take the cause, which may speak of health, out of claims whose terms are over."""
    if not whole:
        return {}
    return {"claim": Claim.objects.filter(customer_id=customer_id).update(cause="")}


def claim_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last claim was over; one that is open goes on."""
    found: dict[int, date] = {}
    rows = Claim.objects.filter(customer_id__in=customer_ids)
    columns = ("customer_id", "status", "paid_on", "decided_on", "created_at")
    for pk, status, paid_on, decided_on, created_at in rows.values_list(*columns):
        ended = (paid_on or decided_on or timezone.localdate(created_at)) if status in ENDED else STILL_ON
        found[pk or 0] = max(found.get(pk or 0, date.min), ended)
    return found


def register() -> None:
    """Hang claims into the registries of privacy parts and record types."""
    privacy_parts.add(PrivacyPart("claim", _("Claims"), collect, erase, order=20))
    record_types.add(
        RecordType("claims", _("Claim files"), 120, "保险法 87", _("End of the claim"), claim_ends, least=60, order=20)
    )
