"""What the mart knows of policies and of single premiums, all hanging on the holder (decision 21)."""

from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Extract, extracts
from keyuan.policies.extracts.persistency import cohorts, later_premiums
from keyuan.policies.models import Payment, Policy
from keyuan.policies.models.premium import open_instalments

#: Columns of the contract that go into the mart under their own names; amounts in minor units of ``currency``.
OWN = (
    "kind", "is_group", "status", "termination_reason", "in_cooling_off", "in_grace", "is_loaned", "currency",
    "sum_insured", "premium", "annual_premium", "pay_mode", "pay_term", "pay_term_unit", "cover_term",
    "cover_term_unit", "applied_on", "issued_on", "effective_on", "expires_on", "next_due_on", "next_due_amount",
    "grace_until", "suspended_on", "reinstated_on", "terminated_on", "sales_channel", "servicing_agent_id",
    "selling_agent_id", "previous_policy_id", *LEVEL_COLUMNS,
)  # fmt: skip


def register() -> None:
    """Give the tables of policies, premiums received and premiums owed to the mart."""
    columns = {"policy_id": "pk", "customer_id": "holder_id", "product_id": "product_id"}
    product = {
        "product_code": "product__code",
        "product_kind": "product__kind",
        "is_long_term": "product__is_long_term",
    }
    extracts.add(Extract("policies", Policy.objects.all, columns | product | {name: name for name in OWN}))
    of_policy = {"policy_id": "policy_id", "customer_id": "policy__holder_id"}
    received = {name: name for name in ("paid_on", "amount", "method")}
    extracts.add(Extract("payments", Payment.objects.all, of_policy | received))
    owed = {name: name for name in ("number", "due_on", "open_amount", "status")}
    extracts.add(Extract("arrears", open_instalments, of_policy | owed))
    _persistency(columns)


def _persistency(columns: dict[str, str]) -> None:
    """Give the inputs of persistency: cohorts with their base, and what came in later (domain.md §A.10)."""
    places = {name: name for name in ("sales_channel", "servicing_agent_id", "selling_agent_id", *LEVEL_COLUMNS)}
    base = {name: name for name in ("issued_on", "effective_on", "annual_premium", "pay_mode", "excluded")}
    base |= {name: name for name in ("pay_term", "pay_term_unit")}
    flags = {name: name for name in ("status", "termination_reason", "terminated_on", "suspended_on", "reinstated_on")}
    terms = {"grace_days": "product__grace_days", "product_kind": "product__kind"}
    extracts.add(Extract("cohorts", cohorts, columns | base | flags | terms | places))
    later = {name: name for name in ("policy_year", "due_on", "paid_on", "received", "by_loan", "excluded")}
    of_policy = {"policy_id": "policy_id", "customer_id": "policy__holder_id"}
    joined = {"cohort_on": "policy__effective_on", "reinstated_on": "policy__reinstated_on"}
    extracts.add(Extract("later_premiums", later_premiums, of_policy | joined | later))
