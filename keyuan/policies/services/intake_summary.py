"""The policies' part of the summaries of customers made by an import, known from the rows themselves.

A test compares it with `keyuan.policies.services.summary.recompute`, which rebuilds it from the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import PolicyStatus
from keyuan.platform.imports.bulk import Column
from keyuan.policies.services.summary import NOTHING_DUE, activity, state


@dataclass(slots=True)
class HeldPolicy:
    """What the summary asks of a policy."""

    status: str
    currency: str
    annual_premium: int | None
    next_due_on: date
    next_due_amount: int | None
    issued_on: date | None


def summary_columns(held: Sequence[Sequence[HeldPolicy]], today: date) -> dict[str, Column]:
    """Return the summary columns of customers, given the policies that each holds."""
    columns: dict[str, list[object]] = {}
    for policies in held:
        for name, value in _facts([one for one in policies if one.status != PolicyStatus.PENDING], today).items():
            columns.setdefault(name, []).append(value)
    return dict(columns)


def _facts(policies: Sequence[HeldPolicy], today: date) -> dict[str, object]:
    living = [one for one in policies if one.status == PolicyStatus.IN_FORCE]
    suspended = sum(one.status == PolicyStatus.SUSPENDED for one in policies)
    due_on = min((one.next_due_on for one in living), default=NOTHING_DUE)
    due = [one.next_due_amount or 0 for one in living if one.next_due_on == due_on < NOTHING_DUE]
    bought = max((one.issued_on for one in policies if one.issued_on), default=None)
    return {
        "policies_total": len(policies),
        "policies_in_force": len(living),
        "annual_premium": sum(one.annual_premium or 0 for one in living if one.currency == "CNY"),
        "next_due_on": due_on,
        "next_due_amount": sum(due),
        "last_purchase_on": bought,
        "is_policyholder": bool(policies),
        "activity": activity(bought, today) if policies else "",
        "state": state({"in_force": len(living), "suspended": suspended, "total": len(policies)}),
    }
