"""Why nobody serves a customer, since when, and until when the customer must be told (domain.md §A.9)."""

from dataclasses import dataclass
from datetime import date, timedelta

#: Days within which policyholders are told after the exit of their agent or the end of a contract (销售办法 36).
NOTICE_DAYS = 30
NO_NOTICE = date(9999, 12, 31)
#: Reasons that owe the customer a notice; the others never had a person who could leave.
OWE_NOTICE = frozenset({"AGENT_LEFT", "AGENT_MOVED", "CONTRACT_ENDED"})


@dataclass(frozen=True, slots=True)
class Former:
    """Who served last: whether still working, until when the intermediary's contract ran, where he works now."""

    agent_id: int
    is_working: bool
    left_on: date | None
    contract_until: date | None
    has_moved: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Why and since when nobody serves, and the last day for telling the customer."""

    reason: str
    since: date
    notice_due_on: date


def ended_contract(former: Former, today: date) -> bool:
    """Tell whether the contract of the former person's intermediary has run out."""
    return former.contract_until is not None and former.contract_until < today


def find_reason(
    former: Former | None, *, channel: str, is_organisation: bool, in_force: int, unserved_since: date, today: date
) -> Finding:
    """Return why nobody serves; ``unserved_since`` is when the last service ended or the customer was entered.

    A notice is owed to holders of a policy in force whose person went away.
    """
    reason, since = _reason(former, channel, is_organisation, unserved_since, today)
    owed = reason in OWE_NOTICE and in_force > 0
    return Finding(reason, since, since + timedelta(days=NOTICE_DAYS) if owed else NO_NOTICE)


def _reason(former: Former | None, channel: str, is_organisation: bool, since: date, today: date) -> tuple[str, date]:
    if former is not None:
        if not former.is_working:
            return "AGENT_LEFT", former.left_on or since
        if ended_contract(former, today):
            return "CONTRACT_ENDED", former.contract_until or since
        return "AGENT_MOVED", since
    if is_organisation or channel == "GROUP":
        return "GROUP_LEGACY", since
    return ("BANK_LEGACY" if channel == "BANCASSURANCE" else "NO_PERSON"), since


def notice_band(due_on: date, today: date) -> str:
    """Return how urgent a notice is: NONE, OK, SOON (ten days), URGENT (three days) or LATE."""
    if due_on >= NO_NOTICE:
        return "NONE"
    left = (due_on - today).days
    if left < 0:
        return "LATE"
    if left <= 3:
        return "URGENT"
    return "SOON" if left <= 10 else "OK"
