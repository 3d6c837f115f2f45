"""What the claims watch list means for underwriting: which steps it concerns, and what each grade asks (CUS-10)."""

from collections.abc import Iterable

from keyuan.kernel.errors import Refused

#: Steps by which the insurer takes on a risk, or takes it on again; ending a contract is never held up.
RISK_STEPS = frozenset({"CREATE", "ISSUE", "ISSUE_AHEAD", "TAKE_EFFECT", "REINSTATE", "CONVERT"})
BLACK = "BLACK"


def check_monitoring(grades: Iterable[str], step: str, *, finding: str, may_decide: bool) -> bool:
    """Tell whether ``step`` is one that monitoring concerns, and its ``finding`` is to be kept.

    Grey asks whoever takes the step for what was checked; black leaves the step to those who decide the list. Raises
    `Refused` policy.monitored, policy.monitored_closed: neither says who is listed or why.
    """
    listed = set(grades)
    if not listed or step not in RISK_STEPS:
        return False
    if BLACK in listed and not may_decide:
        raise Refused("policy.monitored_closed", field="monitored")
    if not finding.strip():
        raise Refused("policy.monitored", field="monitored")
    return True
