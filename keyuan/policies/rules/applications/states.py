"""The way of an application as data: which status may follow which, by which act (POL-10, decision 11, domain.md §A.2).

A pair that does not stand here is refused.
"""

from dataclasses import dataclass
from enum import StrEnum

from keyuan.kernel.errors import Refused


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    UNDERWRITING = "UNDERWRITING"
    EXAM = "EXAM"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    ISSUED = "ISSUED"
    POSTPONED = "POSTPONED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    CANCELLED = "CANCELLED"


class Conclusion(StrEnum):
    """Underwriting conclusions (核保结论)."""

    STANDARD = "STANDARD"
    LOADED = "LOADED"
    EXCLUSION = "EXCLUSION"
    REDUCED = "REDUCED"
    POSTPONED = "POSTPONED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class Step:
    """One legal step; ``asks_reason`` wants words."""

    act: str
    source: State
    target: State
    asks_reason: bool = False


S = State
OPEN = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.UNDERWRITING, S.EXAM, S.OFFERED, S.ACCEPTED)
#: Ended without a contract: premium that was taken goes back.
ENDED = (S.POSTPONED, S.DECLINED, S.WITHDRAWN, S.CANCELLED)
#: Waiting for the customer: what nobody takes further is cancelled at night.
WAITING = (S.DRAFT, S.RETURNED, S.EXAM, S.OFFERED, S.ACCEPTED)
STEPS: tuple[Step, ...] = (
    Step("SUBMIT", S.DRAFT, S.SUBMITTED),
    Step("SUBMIT", S.RETURNED, S.SUBMITTED),
    Step("RETURN", S.SUBMITTED, S.RETURNED, asks_reason=True),
    Step("RETURN", S.UNDERWRITING, S.RETURNED, asks_reason=True),
    Step("TAKE", S.SUBMITTED, S.UNDERWRITING),
    Step("ORDER_EXAM", S.UNDERWRITING, S.EXAM),
    Step("EXAM_REPORT", S.EXAM, S.UNDERWRITING),
    Step("ACCEPT", S.UNDERWRITING, S.ACCEPTED),
    Step("OFFER", S.UNDERWRITING, S.OFFERED, asks_reason=True),
    Step("AGREE", S.OFFERED, S.ACCEPTED),
    Step("REFUSE_OFFER", S.OFFERED, S.WITHDRAWN, asks_reason=True),
    Step("POSTPONE", S.UNDERWRITING, S.POSTPONED, asks_reason=True),
    Step("DECLINE", S.UNDERWRITING, S.DECLINED, asks_reason=True),
    Step("REOPEN", S.POSTPONED, S.SUBMITTED, asks_reason=True),
    Step("ISSUE", S.ACCEPTED, S.ISSUED),
    *(Step("WITHDRAW", source, S.WITHDRAWN, asks_reason=True) for source in OPEN),
    *(Step("CANCEL", source, S.CANCELLED) for source in WAITING),
)
#: Conclusion → the act that brings it about.
ACT_OF = {
    Conclusion.STANDARD: "ACCEPT",
    Conclusion.LOADED: "OFFER",
    Conclusion.EXCLUSION: "OFFER",
    Conclusion.REDUCED: "OFFER",
    Conclusion.POSTPONED: "POSTPONE",
    Conclusion.DECLINED: "DECLINE",
}
#: Until one of these, premium that was taken is a liability (解释二 art.4).
UNDECIDED = (S.SUBMITTED, S.RETURNED, S.UNDERWRITING, S.EXAM, S.OFFERED)


def step_of(act: str, source: str) -> Step:
    """Return the step named ``act`` out of ``source``. Raises `Refused` application.no_such_step."""
    for step in STEPS:
        if step.act == act and step.source == source:
            return step
    raise Refused("application.no_such_step", act=act, source=str(source))


def acts_from(source: str) -> list[str]:
    """Return the acts that lead away from ``source``."""
    return [step.act for step in STEPS if step.source == source]


def check_reason(step: Step, reason: str) -> None:
    """Raise `Refused` application.reason_missing (field ``reason``) where the step wants words and has none."""
    if step.asks_reason and not reason.strip():
        raise Refused("application.reason_missing", field="reason")
