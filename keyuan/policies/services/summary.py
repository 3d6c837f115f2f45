"""The policies' part of the customer summary, rebuilt from the facts in few statements (decision 6).

The facts are the contracts a customer holds: how many, how many in force, premium a year, what is due next, the
earliest end of grace, the last purchase; and what classification asks of them (CUS-5): the next maturity, the last
suspension, the largest premium, whether any contract is long.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from keyuan.customers.models import CustomerSummary
from keyuan.customers.rules.classification import Thresholds
from keyuan.customers.rules.classification import activity as activity_by
from keyuan.kernel.codes import PolicyStatus
from keyuan.platform.imports.bulk import update
from keyuan.policies.models import Policy

NOTHING_DUE = date(9999, 12, 31)
COLUMNS = (
    "policies_total", "policies_in_force", "annual_premium", "next_due_on", "next_due_amount", "grace_until",
    "last_purchase_on", "is_policyholder", "state", "matures_on", "lapsed_on", "largest_premium", "has_long_term",
)  # fmt: skip
IN_FORCE = Q(status=PolicyStatus.IN_FORCE)
LONG_TERM = Q(product__is_long_term=True)


def recompute(customer_ids: list[int], _now: datetime) -> None:
    """Rewrite the policies' columns of the summaries of ``customer_ids`` (≤ 2,000), in the caller's transaction."""
    facts = _facts(customer_ids)
    dues = _due_amounts(facts)
    rows = list(CustomerSummary.objects.filter(pk__in=customer_ids).only("pk", *COLUMNS, "open_claims"))
    changed = [row for row in rows if _apply(row, facts.get(row.pk), dues.get(row.pk, 0))]
    columns = {column: [getattr(row, column) for row in changed] for column in COLUMNS}
    update(CustomerSummary, [row.pk for row in changed], columns)


def _facts(customer_ids: list[int]) -> dict[int, dict[str, Any]]:
    held = Policy.objects.filter(holder_id__in=customer_ids).exclude(status=PolicyStatus.PENDING)
    rows = held.values("holder_id").annotate(
        total=Count("pk"),
        in_force=Count("pk", filter=IN_FORCE),
        premium=Sum("annual_premium", filter=IN_FORCE & Q(currency="CNY")),
        due_on=Min("next_due_on", filter=IN_FORCE),
        grace=Min("grace_until", filter=IN_FORCE & Q(in_grace=True)),
        bought=Max("issued_on"),
        cooling=Count("pk", filter=Q(in_cooling_off=True)),
        suspended=Count("pk", filter=Q(status=PolicyStatus.SUSPENDED)),
        matures=Min("expires_on", filter=IN_FORCE & LONG_TERM & Q(expires_on__lt=NOTHING_DUE)),
        lapsed=Max("suspended_on", filter=Q(status=PolicyStatus.SUSPENDED)),
        largest=Max("annual_premium"),
        long=Count("pk", filter=LONG_TERM),
    )
    return {row["holder_id"]: dict(row) for row in rows if row["holder_id"] is not None}


def _due_amounts(facts: dict[int, dict[str, Any]]) -> dict[int, int]:
    """Sum what falls due on each customer's next due date, one query for all."""
    wanted = {holder: row["due_on"] for holder, row in facts.items() if row["due_on"] and row["due_on"] < NOTHING_DUE}
    rows = Policy.objects.filter(IN_FORCE, holder_id__in=list(wanted), next_due_on__lt=NOTHING_DUE)
    amounts: dict[int, int] = {}
    for holder, due_on, amount in rows.values_list("holder_id", "next_due_on", "next_due_amount"):
        if holder is not None and wanted[holder] == due_on:
            amounts[holder] = amounts.get(holder, 0) + (amount or 0)
    return amounts


def _apply(row: CustomerSummary, facts: dict[str, Any] | None, due: int) -> bool:
    before = [getattr(row, column) for column in COLUMNS]
    facts = facts or {}
    row.policies_total = facts.get("total", 0)
    row.policies_in_force = facts.get("in_force", 0)
    row.annual_premium = facts.get("premium") or 0
    row.next_due_on = facts.get("due_on") or NOTHING_DUE
    row.next_due_amount = due
    row.grace_until = facts.get("grace")
    row.last_purchase_on = facts.get("bought")
    row.is_policyholder = row.policies_total > 0
    row.state = state(facts)
    row.matures_on = facts.get("matures")
    row.lapsed_on = facts.get("lapsed")
    row.largest_premium = facts.get("largest") or 0
    row.has_long_term = bool(facts.get("long"))
    return before != [getattr(row, column) for column in COLUMNS]


def activity(last_purchase_on: date | None, today: date) -> str:
    """Return the activity that a new customer gets until classification judges it; empty when it is not known."""
    found = activity_by(last_purchase_on, today, Thresholds())
    return found if last_purchase_on else ""


def state(facts: dict[str, Any]) -> str:
    """Return what a list shows of a customer's policies, the most urgent first."""
    if facts.get("grace"):
        return "GRACE"
    if facts.get("cooling"):
        return "COOLING_OFF"
    if facts.get("in_force"):
        return "NORMAL"
    if facts.get("suspended"):
        return "SUSPENDED"
    return "ENDED" if facts.get("total") else "PROSPECT"
