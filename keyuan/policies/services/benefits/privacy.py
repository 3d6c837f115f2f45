"""What benefits know of a customer, and how it is taken out (PLT-8)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.platform.privacy import Table
from keyuan.policies.models import BenefitDue

COLUMNS = ("policy__policy_no", "kind", "due_on", "amount", "payable", "state", "settled_on")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return what a customer had and has to receive."""
    rows = BenefitDue.objects.filter(payee_id=customer_id).order_by("pk")
    return {
        "benefits": [dict(row) for row in rows.values(*COLUMNS)],
        "benefit_accounts": [{"due_on": row.due_on, "account": row.account} for row in rows if row.account],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take name and account out; the figures stay with the contract."""
    if not whole:
        return {}
    rows = BenefitDue.objects.filter(payee_id=customer_id)
    return {"benefit": rows.update(payee_name="", account=None, account_index=None)}
