"""What renewals know of a customer, and how it is taken out (PLT-8)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.platform.privacy import Table
from keyuan.policies.models import Renewal, RenewalEvent, RenewalQuote

COLUMNS = (
    "policy_no", "product__name", "stage", "reason", "expires_on", "premium", "new_premium", "last_contact_at",
    "reminded_at", "stopped_on", "note",
)  # fmt: skip
QUOTED = ("renewal__policy_no", "number", "product__name", "starts_on", "ends_on", "sum_insured", "premium", "state")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return the chances of renewal of a customer's contracts, and what was offered."""
    rows = Renewal.objects.filter(holder_id=customer_id).order_by("pk")
    quotes = RenewalQuote.objects.filter(renewal__holder_id=customer_id).order_by("pk")
    return {
        "renewals": [dict(row) for row in rows.values(*COLUMNS)],
        "renewal_quotes": [dict(row) for row in quotes.values(*QUOTED)],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take name and notes out; how far each renewal came stays as a figure."""
    if not whole:
        return {}
    rows = Renewal.objects.filter(holder_id=customer_id)
    RenewalEvent.objects.filter(renewal__in=rows).update(note="")
    RenewalQuote.objects.filter(renewal__in=rows).update(note="")
    return {"renewal": rows.update(holder_name="", note="")}
