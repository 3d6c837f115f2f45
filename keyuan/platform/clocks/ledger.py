"""A clock from its ledger: what was noted of it, in any order, makes its standing (SRV-2; domain.md §0.1).

Nothing is added up on the way: the standing is always worked out anew from terms, marks and hours, so that another
rule or calendar only has to be put in their place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from keyuan.kernel.calendars import ONE_DAY
from keyuan.platform.clocks.hours import MINUTE, ZONE, Hours

WHOLE = 100


class Unit(StrEnum):
    """What a term is counted in: minutes of working time, calendar days (日), working days (工作日)."""

    WORK = "WORK"
    DAYS = "DAYS"
    WORKDAYS = "WORKDAYS"


class Kind(StrEnum):
    """What can be noted of a clock. ``EXTEND`` sets the whole term; of several the longest counts."""

    RUN = "RUN"
    PAUSE = "PAUSE"
    EXTEND = "EXTEND"
    STOP = "STOP"
    VOID = "VOID"


class State(StrEnum):
    """How a clock stands."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    VOID = "VOID"


#: Of several marks at one moment the later in this order has the last word.
RANK = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clock asks for. A statutory one runs through every pause; ``rolls``: a last day of rest moves on
    (民法典 203). ``warns_at`` is the share of the term, in percent, after which people are warned."""

    unit: Unit
    amount: int
    rolls: bool = False
    is_statutory: bool = False
    warns_at: int = 80


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the ledger; from ``at`` on it holds. ``amount`` is the term that an extension sets."""

    kind: Kind
    at: datetime
    amount: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which a clock ran or stood; ``until`` None goes on."""

    runs: bool
    since: datetime
    until: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands: ``due_at`` None while it stands still with time left; ``used`` up to the moment it was
    asked for, in microseconds of working time, or in days."""

    state: State
    amount: int
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    stopped_at: datetime | None
    used: int
    spans: tuple[Span, ...]

    def is_late(self, now: datetime) -> bool:
        """Tell whether the term was over before the clock stopped, or is over now."""
        return self.due_at is not None and (self.stopped_at or now) > self.due_at


def stand(terms: Terms, marks: Iterable[Mark], hours: Hours, *, now: datetime) -> Standing:
    """Return how a clock stands at ``now``, whatever the order in which ``marks`` were noted.

    Raises ValueError for a ledger that never begins.
    """
    ordered = sorted(marks, key=lambda mark: (mark.at, RANK[mark.kind], mark.amount, mark.reason))
    amount = max([terms.amount, *(mark.amount for mark in ordered if mark.kind is Kind.EXTEND)])
    state, spans = _walk([mark for mark in ordered if not (terms.is_statutory and mark.kind is Kind.PAUSE)])
    if terms.is_statutory:
        spans = _joined(spans)
    due_at = _due(terms, amount, spans, hours, state)
    return Standing(
        state,
        amount,
        spans[0].since,
        due_at,
        _warning(terms, amount, spans, hours, due_at),
        spans[-1].since if state is State.STOPPED else None,
        _used(terms, spans, hours, now),
        spans,
    )


def _walk(marks: Sequence[Mark]) -> tuple[State, tuple[Span, ...]]:
    """Turn marks into stretches; a mark that changes nothing is passed over."""
    state: State | None = None
    spans: list[Span] = []
    steps = {Kind.RUN: State.RUNNING, Kind.PAUSE: State.PAUSED, Kind.STOP: State.STOPPED, Kind.VOID: State.VOID}
    for mark in marks:
        target = steps.get(mark.kind)
        is_moot = target in (None, state) or state is State.VOID
        if is_moot or (state is None and target is not State.RUNNING) or (state, target) == STOP_PAUSE:
            continue
        if spans:
            spans[-1] = Span(spans[-1].runs, spans[-1].since, mark.at, spans[-1].reason)
        spans.append(Span(target is State.RUNNING, mark.at, None, mark.reason))
        state = target
    if state is None:
        raise ValueError("a clock begins by running")
    return state, tuple(spans)


#: What is finished cannot be paused.
STOP_PAUSE = (State.STOPPED, State.PAUSED)


def _joined(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Let a clock that was stopped and begun again have run all the time in between: the law does not wait."""
    last = spans[-1]
    if last.runs:
        return (Span(True, spans[0].since, None),)
    return Span(True, spans[0].since, last.since), last


def _due(terms: Terms, amount: int, spans: Sequence[Span], hours: Hours, state: State) -> datetime | None:
    """Return when the term ends or ended. Of a clock that stopped in time: when it would have ended."""
    if terms.unit is Unit.WORK:
        due, left = _reaches(amount * MINUTE, spans, hours)
        if due is None and state is State.STOPPED:
            return hours.after(spans[-1].since, left)
        return due
    stood, due = 0, None
    for span in spans:
        if not span.runs:
            stood += _days(terms.unit, span.since, span.until, hours) if span.until else 0
            continue
        due = _end_of_term(terms, amount + stood, spans[0].since, hours)
        if span.until is None or due <= span.until:
            return due
    return due if state is State.STOPPED else None


def _reaches(amount: int, spans: Sequence[Span], hours: Hours) -> tuple[datetime | None, int]:
    """Return when working time in the running stretches first adds up to ``amount``, or None and what is left."""
    left = amount
    for span in spans:
        if not span.runs:
            continue
        due = hours.after(span.since, left)
        if span.until is None or due <= span.until:
            return due, 0
        left -= hours.between(span.since, span.until)
    return None, left


def _end_of_term(terms: Terms, amount: int, start: datetime, hours: Hours) -> datetime:
    first = start.astimezone(ZONE).date()
    if terms.unit is Unit.WORKDAYS:
        return hours.closing(hours.calendar.add_working_days(first, amount))
    last = first + amount * ONE_DAY
    return _midnight(hours.calendar.roll(last) if terms.rolls else last)


def _midnight(day: date) -> datetime:
    """Return the end of a day, 24:00 (民法典 203)."""
    return datetime.combine(day + ONE_DAY, time.min, ZONE)


def _days(unit: Unit, since: datetime, until: datetime, hours: Hours) -> int:
    first, last = since.astimezone(ZONE).date(), until.astimezone(ZONE).date()
    return (last - first).days if unit is Unit.DAYS else hours.calendar.working_days_between(first, last)


def _warning(
    terms: Terms, amount: int, spans: Sequence[Span], hours: Hours, due_at: datetime | None
) -> datetime | None:
    if due_at is None:
        return None
    if terms.unit is Unit.WORK:
        return _reaches(amount * MINUTE * terms.warns_at // WHOLE, spans, hours)[0]
    return spans[0].since + (due_at - spans[0].since) * terms.warns_at / WHOLE


def _used(terms: Terms, spans: Sequence[Span], hours: Hours, now: datetime) -> int:
    running = [(span.since, max(span.since, min(span.until or now, now))) for span in spans if span.runs]
    if terms.unit is Unit.WORK:
        return sum(hours.between(since, until) for since, until in running)
    if terms.unit is Unit.DAYS:
        return sum(((until - since) // timedelta(days=1) for since, until in running), 0)
    return sum(_days(terms.unit, since, until, hours) for since, until in running)


def share_used(standing: Standing, terms: Terms) -> int:
    """Return how much of the term is used, in percent, 100 at most."""
    whole = standing.amount * (MINUTE if terms.unit is Unit.WORK else 1)
    return min(WHOLE, standing.used * WHOLE // whole) if whole else WHOLE
