"""What each result of a call brings about: the table of domain.md §A.4, and states of a follow-up (SRV-8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

ASKED, WAITING, APPOINTED, RECHECK, PROBLEM, LETTER_DUE, LETTER, DONE, UNREACHED, DROPPED = STATES = (
    "ASKED", "WAITING", "APPOINTED", "RECHECK", "PROBLEM", "LETTER_DUE", "LETTER", "DONE", "UNREACHED", "DROPPED",
)  # fmt: skip
ENDED = frozenset({DONE, UNREACHED, DROPPED})
OPEN = frozenset(STATES) - ENDED
#: States in which somebody can take it and call; while a questionnaire is out or a letter due, when the customer calls.
CALLABLE = frozenset({ASKED, WAITING, APPOINTED, RECHECK, LETTER_DUE})
#: States in which a link is answered. What was a problem is looked at again by a person.
ANSWERABLE = (CALLABLE | {LETTER}) - {RECHECK}
#: States in which it waits at its desk for whoever takes the next one: not while the customer has a questionnaire.
POOLED = OPEN - {PROBLEM, ASKED}

SUCCESS, NO_ANSWER, WRONG_NUMBER, REFUSED, BOOKED, PROXY_ANSWERED, TROUBLE, FOREIGN_LANGUAGE, LETTER_SENT = RESULTS = (
    "SUCCESS", "NO_ANSWER", "WRONG_NUMBER", "REFUSED", "APPOINTED", "PROXY_ANSWERED", "PROBLEM", "FOREIGN_LANGUAGE",
    "LETTER_SENT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """What a result does.

    ``failed`` counts against the attempts of the plan. ``letter_at_once``: calling again is of no use. ``takes`` are
    the fields without which it is no result. ``is_call`` took a permit to phone.
    """

    target: str
    failed: bool = False
    letter_at_once: bool = False
    takes: tuple[str, ...] = ()
    is_call: bool = True
    sources: frozenset[str] = CALLABLE


EFFECTS: dict[str, Effect] = {
    # A letter that came back signed brings the answers, too.
    SUCCESS: Effect(DONE, sources=CALLABLE | {LETTER}),
    NO_ANSWER: Effect(WAITING, failed=True),
    WRONG_NUMBER: Effect(WAITING, failed=True, letter_at_once=True, takes=("note",)),
    REFUSED: Effect(WAITING, failed=True, letter_at_once=True, takes=("note",)),
    BOOKED: Effect(APPOINTED, takes=("appointed_at",)),
    # Whoever answers for the policyholder confirms nothing: the call counts as not made.
    PROXY_ANSWERED: Effect(WAITING, failed=True),
    TROUBLE: Effect(PROBLEM, takes=("note",), sources=CALLABLE | {LETTER}),
    FOREIGN_LANGUAGE: Effect(WAITING, failed=True, takes=("note",)),
    LETTER_SENT: Effect(LETTER, takes=("letter_no",), is_call=False, sources=CALLABLE),
}


def target_of(result: str, source: str, failed_before: int, attempts: int) -> str | None:
    """Return where a result leads from a state; None where it does not exist.

    ``failed_before`` calls of the ``attempts`` that the plan allows had failed before this one; the last failed one
    makes a letter due.
    """
    effect = EFFECTS.get(result)
    if effect is None or source not in effect.sources:
        return None
    if effect.failed and (effect.letter_at_once or failed_before + 1 >= attempts):
        return LETTER_DUE
    # A re-check that was not reached stays a re-check: what was found is not forgotten.
    return RECHECK if effect.failed and source == RECHECK else effect.target


#: (GK) How long after the moment agreed on the customer still expects the call, quiet hours or not.
EXPECTED = timedelta(hours=2)


def is_expected(status: str, next_at: datetime, at: datetime) -> bool:
    """Tell whether the customer asked to be called at this time."""
    return status == APPOINTED and next_at <= at < next_at + EXPECTED


def results_from(source: str) -> tuple[str, ...]:
    """Return the results that exist in a state, in the order of the table."""
    return tuple(result for result, effect in EFFECTS.items() if source in effect.sources)
