"""What time alone does to a contract, as one function of its facts (POL-2; domain.md §A.2–A.5; decisions 9 and 10).

A step has a rule and the day on which it is due: the first day of the new state. `next_step` names the earliest step,
`apply` brings it about, `steps_until` repeats both up to a night. Nothing else decides what a night does, so a night
made late, in one go for several nights, or again as a replay does the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.dates import add_days
from keyuan.kernel.deadlines import last_day

FOREVER = date(9999, 12, 31)
ONE_DAY = timedelta(days=1)
#: Days after issue on which a receipt that never came is chased (GK).
CHASES = (10, 20, 30, 60, 90)
#: In which a premium loan may be granted to pay what is due.
NOT_EFFECTIVE, IN_FORCE = PolicyStatus.NOT_EFFECTIVE, PolicyStatus.IN_FORCE
SUSPENDED, TERMINATED = PolicyStatus.SUSPENDED, PolicyStatus.TERMINATED
#: Plain texts: a member of an enumeration looks its value up at every comparison.
IS_NOT_EFFECTIVE, IS_IN_FORCE, IS_SUSPENDED = NOT_EFFECTIVE.value, IN_FORCE.value, SUSPENDED.value


class Rule(StrEnum):
    """What a night may do; of two steps due on one day the one named first comes first."""

    TAKE_EFFECT = "TAKE_EFFECT"
    COOLING_OVER = "COOLING_OVER"
    WAITING_OVER = "WAITING_OVER"
    RECEIPT_CHASE = "RECEIPT_CHASE"
    MATURE = "MATURE"
    GRACE_START = "GRACE_START"
    APL_START = "APL_START"
    SUSPEND = "SUSPEND"
    REINSTATE_OVER = "REINSTATE_OVER"


ORDER = {rule: place for place, rule in enumerate(Rule)}
#: Rules that change nothing in the contract: somebody is told. They come once, on their day.
SIGNALS = frozenset({Rule.WAITING_OVER, Rule.RECEIPT_CHASE, Rule.REINSTATE_OVER})


@dataclass(frozen=True, slots=True)
class Due:
    """An open instalment: its number, its day, and what of it is still to be paid."""

    number: int
    on: date
    left: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the clocks look at. ``since``: signals due before it were given already.

    ``dues`` are the open instalments that a premium loan would pay, oldest first; ``funds`` is the cash value net of
    debt, None where no automatic premium loan is elected.
    """

    status: str
    effective_on: date = date(1, 1, 1)
    expires_on: date = FOREVER
    issued_on: date | None = None
    receipt_signed_on: date | None = None
    cooling_off_until: date | None = None
    in_cooling_off: bool = False
    has_cooling_off: bool = False
    waiting_until: date | None = None
    next_due_on: date = FOREVER
    next_due_amount: int | None = None
    grace_days: int = 60
    grace_until: date | None = None
    in_grace: bool = False
    suspended_on: date | None = None
    terminated_on: date | None = None
    funds: int | None = None
    dues: tuple[Due, ...] = ()
    loans: tuple[Due, ...] = ()
    since: date = date(1, 1, 1)
    given: frozenset[tuple[Rule, date]] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Step:
    """One step that is due: the first day of the new state, and what happens."""

    due_on: date
    rule: Rule


def reinstatement_end(suspended_on: date, expires_on: date = FOREVER) -> date:
    """Return the last day of the reinstatement window: two years (保险法 37), never beyond the cover itself."""
    return min(last_day("DL-REINST", suspended_on), expires_on)


def _candidates(facts: Facts) -> Iterator[Step]:
    status = facts.status
    if status == IS_IN_FORCE:
        yield from _of_force(facts)
    elif status == IS_NOT_EFFECTIVE:
        yield Step(facts.effective_on, Rule.TAKE_EFFECT)
    elif status == IS_SUSPENDED:
        if facts.suspended_on is not None:
            ends = reinstatement_end(facts.suspended_on, facts.expires_on)
            yield from _signal(facts, Rule.REINSTATE_OVER, ends + ONE_DAY)
    else:
        return
    if facts.in_cooling_off and facts.cooling_off_until is not None:
        yield Step(facts.cooling_off_until + ONE_DAY, Rule.COOLING_OVER)
    if facts.waiting_until is not None:
        yield from _signal(facts, Rule.WAITING_OVER, facts.waiting_until + ONE_DAY)
    if facts.has_cooling_off and facts.receipt_signed_on is None and facts.issued_on and status != IS_SUSPENDED:
        for days in CHASES:
            yield from _signal(facts, Rule.RECEIPT_CHASE, facts.issued_on + timedelta(days=days))


def _of_force(facts: Facts) -> Iterator[Step]:
    if facts.expires_on < FOREVER:
        yield Step(facts.expires_on + ONE_DAY, Rule.MATURE)
    # Grace is for the second and later premiums (保险法 36); without the first there is nothing to keep in force.
    if not facts.effective_on < facts.next_due_on < FOREVER:
        return
    if not facts.in_grace:
        yield Step(facts.next_due_on + ONE_DAY, Rule.GRACE_START)
    elif facts.grace_until is not None:
        yield Step(facts.grace_until + ONE_DAY, Rule.APL_START if _loan_covers(facts) else Rule.SUSPEND)


def _signal(facts: Facts, rule: Rule, due_on: date) -> Iterator[Step]:
    if due_on >= facts.since and (rule, due_on) not in facts.given:
        yield Step(due_on, rule)


def _loan_covers(facts: Facts) -> bool:
    owed = facts.dues[0].left if facts.dues else facts.next_due_amount
    return facts.funds is not None and owed is not None and facts.funds >= owed


def next_step(facts: Facts) -> Step | None:
    """Return the earliest step that time will bring, None for a contract that only people change."""
    return min(_candidates(facts), key=lambda step: (step.due_on, ORDER[step.rule]), default=None)


def next_clock_on(facts: Facts) -> date | None:
    """Return the first night that has something to do for the contract."""
    step = next_step(facts)
    return step.due_on if step else None


def apply(facts: Facts, step: Step) -> Facts:
    """Return the facts after ``step``."""
    match step.rule:
        case Rule.TAKE_EFFECT:
            return replace(facts, status=IN_FORCE.value)
        case Rule.COOLING_OVER:
            return replace(facts, in_cooling_off=False)
        case Rule.GRACE_START:
            return replace(facts, in_grace=True, grace_until=add_days(facts.next_due_on, facts.grace_days))
        case Rule.APL_START:
            return _lend(facts)
        case Rule.SUSPEND:
            return replace(facts, status=SUSPENDED.value, suspended_on=step.due_on, in_grace=False)
        case Rule.MATURE:
            return _ended(facts, facts.expires_on)
        case _:
            return replace(facts, given=facts.given | {(step.rule, step.due_on)})


def _ended(facts: Facts, on: date) -> Facts:
    return replace(
        facts,
        status=TERMINATED.value,
        terminated_on=on,
        in_cooling_off=False,
        in_grace=False,
        grace_until=None,
        next_due_on=FOREVER,
        next_due_amount=None,
    )


def _lend(facts: Facts) -> Facts:
    """Pay the oldest open instalment out of the cash value; the contract stays in force (domain.md §A.5, 自动垫交)."""
    paid, rest = facts.dues[0], facts.dues[1:]
    following = rest[0] if rest else None
    return replace(
        facts,
        in_grace=False,
        funds=(facts.funds or 0) - paid.left,
        dues=rest,
        loans=(*facts.loans, paid),
        next_due_on=following.on if following else FOREVER,
        next_due_amount=following.left if following else None,
        grace_until=add_days(following.on, facts.grace_days) if following else None,
    )


def steps_until(facts: Facts, night: date) -> tuple[list[Step], Facts]:
    """Return every step due up to and on ``night`` in order, and the facts behind the last one."""
    steps: list[Step] = []
    step = next_step(facts)
    while step is not None and step.due_on <= night:
        steps.append(step)
        facts = apply(facts, step)
        step = next_step(facts)
    return steps, facts
