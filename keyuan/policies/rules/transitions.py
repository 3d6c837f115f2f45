"""The life cycle as data: which status may follow which, under which guard, with which reason (POL-2, decision 11).

Sources: domain.md §A.2 (states and termination reasons), §A.3 (cooling-off), §A.5 (suspension, reinstatement), §A.6
(surrender), 保险法 15, 36, 37. A pair that does not stand here is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import PolicyStatus, TerminationReason
from keyuan.kernel.deadlines import deadline
from keyuan.kernel.errors import Refused

PENDING = PolicyStatus.PENDING
NOT_EFFECTIVE = PolicyStatus.NOT_EFFECTIVE
IN_FORCE = PolicyStatus.IN_FORCE
SUSPENDED = PolicyStatus.SUSPENDED
TERMINATED = PolicyStatus.TERMINATED
OTHER = PolicyStatus.OTHER
#: The limits that guards look at, by their names in domain.md §0.2.
REINSTATEMENT, KNOWN, CONTESTABLE = deadline("DL-REINST"), deadline("DL-RESCIND"), deadline("DL-RESCIND", "BAR")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a guard looks at: the contract's dates and debts on ``on``, the day of the transition.

    ``known_on`` is the day on which the insurer learnt the reason for rescinding, None where nobody says.
    """

    on: date
    issued_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    receipt_signed_on: date | None = None
    cooling_off_until: date | None = None
    has_cooling_off: bool = True
    grace_until: date | None = None
    suspended_on: date | None = None
    last_step_on: date | None = None
    arrears: int = 0
    claim_paid: bool = False
    is_frozen: bool = False
    known_on: date | None = None


Guard = Callable[[Standing], str | None]


@dataclass(frozen=True, slots=True)
class Transition:
    """One legal step. ``guard`` returns the code of what forbids it now, or None; ``asks_reason`` wants words."""

    kind: str
    source: PolicyStatus
    target: PolicyStatus
    guard: Guard
    termination: TerminationReason | None = None
    asks_reason: bool = False


def _free(_standing: Standing) -> str | None:
    return None


def _effective_later(standing: Standing) -> str | None:
    starts = standing.effective_on
    return None if starts is not None and starts > standing.on else "policy.effective_already"


def _effective_now(standing: Standing) -> str | None:
    starts = standing.effective_on
    return None if starts is not None and starts <= standing.on else "policy.not_effective_yet"


def _same_day(standing: Standing) -> str | None:
    return None if standing.issued_on in (None, standing.on) else "policy.not_same_day"


def _in_cooling_off(standing: Standing) -> str | None:
    """Without a signed receipt the period has not begun, so it has not ended either (domain.md §A.3)."""
    if standing.claim_paid:
        return "policy.claim_paid"
    if not standing.has_cooling_off:
        return "policy.no_cooling_off"
    if standing.receipt_signed_on is None and standing.cooling_off_until is None:
        return None
    ends = standing.cooling_off_until
    return None if ends is not None and standing.on <= ends else "policy.cooling_off_over"


def _grace_over(standing: Standing) -> str | None:
    ends = standing.grace_until
    return None if ends is not None and standing.on > ends else "policy.grace_not_over"


def _reinstatable(standing: Standing) -> str | None:
    """Arrears are paid, and there is cover left to go on with."""
    if standing.expires_on is not None and standing.on > standing.expires_on:
        return "policy.cover_over"
    return "policy.arrears_open" if standing.arrears > 0 else None


def _contestable(standing: Standing) -> str | None:
    """Thirty days from learning the reason, and never two years after the contract was formed (保险法 16, 32)."""
    if standing.issued_on is not None and CONTESTABLE.is_over(standing.issued_on, standing.on):
        return "policy.incontestable"
    late = standing.known_on is not None and KNOWN.is_over(standing.known_on, standing.on)
    return "policy.rescission_late" if late else None


def _matured(standing: Standing) -> str | None:
    ends = standing.expires_on
    return None if ends is not None and standing.on >= ends else "policy.not_matured"


def _not_frozen(standing: Standing) -> str | None:
    return "policy.frozen" if standing.is_frozen else None


def _two_years_suspended(standing: Standing) -> str | None:
    since = standing.suspended_on
    over = since is not None and REINSTATEMENT.is_over(since, standing.on)
    return None if over else "policy.reinstatement_open"


def _end(kind: str, sources: tuple[PolicyStatus, ...], reason: TerminationReason, guard: Guard) -> list[Transition]:
    return [Transition(kind, source, TERMINATED, guard, reason, asks_reason=True) for source in sources]


LIVE = (NOT_EFFECTIVE, IN_FORCE, SUSPENDED)

TRANSITIONS: tuple[Transition, ...] = (
    Transition("ISSUE", PENDING, IN_FORCE, _effective_now),
    Transition("ISSUE_AHEAD", PENDING, NOT_EFFECTIVE, _effective_later),
    Transition("TAKE_EFFECT", NOT_EFFECTIVE, IN_FORCE, _effective_now),
    Transition("SUSPEND", IN_FORCE, SUSPENDED, _grace_over),
    Transition("REINSTATE", SUSPENDED, IN_FORCE, _reinstatable, asks_reason=True),
    *_end("DECLINE", (PENDING,), TerminationReason.DECLINED, _free),
    *_end("WITHDRAW", (PENDING, NOT_EFFECTIVE, IN_FORCE), TerminationReason.SAME_DAY_WITHDRAWAL, _same_day),
    *_end("COOLING_OFF_CANCEL", (NOT_EFFECTIVE, IN_FORCE), TerminationReason.COOLING_OFF, _in_cooling_off),
    *_end("SURRENDER", LIVE, TerminationReason.SURRENDER, _not_frozen),
    *_end("MATURE", (IN_FORCE,), TerminationReason.MATURED, _matured),
    *_end("CLAIM_END", (IN_FORCE, SUSPENDED), TerminationReason.CLAIM, _free),
    *_end("CONVERT", LIVE, TerminationReason.CONVERSION, _not_frozen),
    *_end("TRANSFER_OUT", LIVE, TerminationReason.TRANSFERRED_OUT, _not_frozen),
    *_end("RESCIND", (NOT_EFFECTIVE, IN_FORCE), TerminationReason.COMPANY_RESCISSION, _contestable),
    *_end("RESCIND", (SUSPENDED,), TerminationReason.COMPANY_RESCISSION, _two_years_suspended),
    # A record that came with an unknown status is set right once its papers are known.
    *(Transition("SETTLE", OTHER, target, _free, asks_reason=True) for target in (IN_FORCE, SUSPENDED)),
    *_end("SETTLE", (OTHER,), TerminationReason.SURRENDER, _free),
)


def transitions_from(status: str) -> list[Transition]:
    """Return the steps that lead away from ``status``."""
    return [transition for transition in TRANSITIONS if transition.source == status]


def find_transition(kind: str, source: str, target: str = "") -> Transition:
    """Return the step named ``kind`` out of ``source``; raises `Refused` policy.no_such_transition."""
    for transition in TRANSITIONS:
        if transition.kind == kind and transition.source == source and target in ("", transition.target):
            return transition
    raise Refused("policy.no_such_transition", kind=kind, source=str(source))


def check_order(standing: Standing) -> None:
    """Raise `Refused` policy.before_last_step (field ``on``) for a day before the last step."""
    if standing.last_step_on is not None and standing.on < standing.last_step_on:
        raise Refused("policy.before_last_step", field="on", day=standing.last_step_on.isoformat())


def check(transition: Transition, standing: Standing, *, reason: str = "") -> None:
    """Raise `Refused` with the guard's code, or policy.reason_missing (field ``reason``) where words are asked for.

    No step is dated before the last one (policy.before_last_step, field ``on``), so that history reads in order.
    """
    check_order(standing)
    code = transition.guard(standing)
    if code:
        raise Refused(code)
    if transition.asks_reason and not reason.strip():
        raise Refused("policy.reason_missing", field="reason")


@dataclass(frozen=True, slots=True)
class Switch:
    """A sub-state that can be turned on or off: its column and the statuses in which that is legal (domain.md §A.2)."""

    kind: str
    column: str
    on: bool
    statuses: tuple[PolicyStatus, ...]


SWITCHES: tuple[Switch, ...] = (
    Switch("PAID_UP", "is_paid_up", True, (IN_FORCE,)),
    Switch("REDUCED_PAID_UP", "is_reduced_paid_up", True, (IN_FORCE,)),
    Switch("APL_START", "on_premium_loan", True, (IN_FORCE,)),
    Switch("APL_END", "on_premium_loan", False, (IN_FORCE, SUSPENDED)),
    Switch("LOAN", "is_loaned", True, (IN_FORCE,)),
    Switch("REPAY", "is_loaned", False, (IN_FORCE, SUSPENDED)),
    Switch("LOST", "is_lost", True, LIVE),
    Switch("REISSUE", "is_lost", False, LIVE),
    Switch("FREEZE", "is_frozen", True, LIVE),
    Switch("UNFREEZE", "is_frozen", False, LIVE),
    Switch("WAIVER", "is_premium_waived", True, (IN_FORCE,)),
)


def switches_for(status: str, flags: dict[str, bool]) -> list[Switch]:
    """Return the switches legal in ``status`` that would change something, given the present ``flags`` by column."""
    return [switch for switch in SWITCHES if status in switch.statuses and flags.get(switch.column) is not switch.on]
