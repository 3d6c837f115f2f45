"""Starting, marking and working out clocks, in the transaction of whoever's record they hang on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.platform.clocks.hours import MICROSECOND, ZONE, Hours
from keyuan.platform.clocks.kinds import clock_kinds
from keyuan.platform.clocks.ledger import Kind, Mark, Standing, State, Terms, Unit, stand
from keyuan.platform.clocks.timetables import Timetables, timetables
from keyuan.platform.models.clock import Clock, ClockSpan
from keyuan.platform.subjects import Subject

CHUNK = 2000
WARNED, OVER = 1, 2
DERIVED = ("state", "term", "due_at", "warn_at", "stopped_at", "step", "next_at")


@dataclass(frozen=True, slots=True)
class Ask:
    """A clock to be started: on what, under which name, by which terms and calendar, from when."""

    subject: Subject
    key: str
    terms: Terms
    hours_key: str
    at: datetime


def start(ask: Ask, *, actor: Actor, now: datetime) -> Clock:
    """Start one clock; the same again returns the one there is."""
    known = Clock.objects.filter(subject_kind=ask.subject.kind, subject_id=ask.subject.id, key=ask.key).first()
    return known or start_many([ask], actor=actor, now=now)[0]


def start_many(asks: Sequence[Ask], *, actor: Actor, now: datetime) -> list[Clock]:
    """Start many clocks that are not there yet, in bulk."""
    tables = timetables()
    clocks = [_new(ask, tables, now) for ask in asks]
    Clock.objects.bulk_create(clocks, batch_size=CHUNK)
    ClockSpan.objects.bulk_create(
        (ClockSpan(clock=clock, kind=Kind.RUN, at=clock.started_at, noted_at=now, **_who(actor)) for clock in clocks),
        batch_size=CHUNK,
    )
    return clocks


def _who(actor: Actor) -> dict[str, object]:
    return {"staff_id": actor.id, "staff_name": actor.name[:80]}


def _new(ask: Ask, tables: Timetables, now: datetime) -> Clock:
    terms = ask.terms
    clock = Clock(
        subject_kind=ask.subject.kind, subject_id=ask.subject.id, key=ask.key, hours_key=ask.hours_key,
        unit=terms.unit, amount=terms.amount, rolls=terms.rolls, is_statutory=terms.is_statutory,
        warns_at=terms.warns_at, started_at=ask.at, term=terms.amount,
    )  # fmt: skip
    _put(clock, standing_of(clock, [Mark(Kind.RUN, ask.at)], tables.of(ask.hours_key), now), tables, now)
    return clock


def terms_of(clock: Clock) -> Terms:
    """Return what a clock asks for."""
    return Terms(Unit(clock.unit), clock.amount, clock.rolls, clock.is_statutory, clock.warns_at)


def standing_of(clock: Clock, marks: Iterable[Mark], hours: Hours, now: datetime) -> Standing:
    """Return how a clock stands by its ledger."""
    return stand(terms_of(clock), marks, hours, now=now)


def clocks_of(subject: Subject) -> list[Clock]:
    """Return the clocks of one record in the order they were started; the caller has accessed the record."""
    return list(Clock.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("pk"))


def ledgers_of(clocks: Sequence[Clock]) -> dict[int, list[ClockSpan]]:
    """Return the ledger of each clock, oldest first, in one query."""
    found: dict[int, list[ClockSpan]] = defaultdict(list)
    for span in ClockSpan.objects.filter(clock_id__in=[clock.pk for clock in clocks]).order_by("at", "pk"):
        found[span.clock_id].append(span)
    return found


def mark(
    subject: Subject,
    kind: Kind,
    *,
    actor: Actor,
    at: datetime,
    now: datetime,
    reason: str = "",
    keys: Collection[str] = (),
) -> list[Clock]:
    """Note that the clocks of a record run, stand or stop from ``at`` on (those named ``keys``, else all of them).

    A statutory clock keeps the note and runs on. Returns all clocks of the record as they stand now. Needs the
    caller's transaction, in which the record is locked.
    """
    clocks = clocks_of(subject)
    marked = [clock for clock in clocks if clock.state != State.VOID and (not keys or clock.key in keys)]
    _note(marked, kind, 0, reason, actor, at, now)
    _work_out(marked, now)
    return clocks


def extend(clock: Clock, amount: int, *, actor: Actor, reason: str, now: datetime) -> Clock:
    """Let the term of a clock be ``amount`` in all; a shorter one than it has changes nothing."""
    _note([clock], Kind.EXTEND, amount, reason, actor, now, now)
    _work_out([clock], now)
    return clock


def _note(
    clocks: Sequence[Clock], kind: Kind, amount: int, reason: str, actor: Actor, at: datetime, now: datetime
) -> None:
    ClockSpan.objects.bulk_create(
        ClockSpan(clock=clock, kind=kind, at=at, amount=amount, reason=reason[:20], noted_at=now, **_who(actor))
        for clock in clocks
    )


def _work_out(clocks: Sequence[Clock], now: datetime) -> None:
    tables, ledgers = timetables(), ledgers_of(clocks)
    for clock in clocks:
        marks = [marked(span) for span in ledgers[clock.pk]]
        _put(clock, standing_of(clock, marks, tables.of(clock.hours_key), now), tables, now)
    Clock.objects.bulk_update(clocks, DERIVED, batch_size=500)


def marked(span: ClockSpan) -> Mark:
    """Return a line of the ledger as a value."""
    return Mark(Kind(span.kind), span.at, span.amount, span.reason)


def restand(clock_ids: Sequence[int], *, now: datetime) -> int:
    """Work clocks out anew from their ledgers, after a calendar or rule changed; return how many moved."""
    clocks = list(Clock.objects.select_for_update(of=("self",)).filter(pk__in=clock_ids).order_by("pk"))
    before = {clock.pk: clock.due_at for clock in clocks}
    _work_out(clocks, now)
    moved = [clock for clock in clocks if before[clock.pk] != clock.due_at]
    for kind in {clock.subject_kind for clock in moved} & {item.key for item in clock_kinds}:
        clock_kinds[kind].follow([clock.subject_id for clock in moved if clock.subject_kind == kind], now)
    return len(moved)


def _put(clock: Clock, standing: Standing, tables: Timetables, now: datetime) -> None:
    clock.state, clock.term = standing.state, standing.amount
    clock.due_at, clock.warn_at, clock.stopped_at = standing.due_at, standing.warn_at, standing.stopped_at
    clock.step = _told(clock, now)
    clock.next_at = next_step(clock, tables)


def _told(clock: Clock, now: datetime) -> int:
    """Forget what people were told once a longer term makes it untrue."""
    if clock.due_at is not None and clock.warn_at is not None and clock.step and clock.due_at > now:
        return min(clock.step, WARNED) if clock.warn_at <= now else 0
    return clock.step


def next_step(clock: Clock, tables: Timetables) -> datetime | None:
    """Return when people have to be told of a clock next; None when nothing is to come."""
    if clock.state != State.RUNNING or clock.due_at is None:
        return None
    if clock.step < OVER:
        return clock.due_at if clock.step == WARNED else clock.warn_at
    kind = clock_kinds.get(clock.subject_kind)
    ladder = kind.ladder if kind else ()
    rung = clock.step - OVER
    if rung >= len(ladder):
        return None
    # A term that ends at 24:00 ends on the day before.
    last = (clock.due_at - MICROSECOND).astimezone(ZONE).date()
    day = tables.calendar.add_working_days(last, ladder[rung])
    return max(clock.due_at, tables.of(clock.hours_key).closing(day))


def open_clock_ids(hours_key: str, after: int, limit: int) -> list[int]:
    """Return the unfinished clocks behind ``after`` that are counted by a calendar."""
    rows = Clock.objects.filter(state__in=("RUNNING", "PAUSED"), hours_key=hours_key, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def nearest(clocks: Sequence[Clock]) -> Clock | None:
    """Return the running clock whose term ends first."""
    running = [clock for clock in clocks if clock.state == State.RUNNING and clock.due_at is not None]
    return min(running, key=lambda clock: (clock.due_at, clock.pk), default=None)


def by_key(clocks: Sequence[Clock]) -> Mapping[str, Clock]:
    """Return the clocks of one record by name."""
    return {clock.key: clock for clock in clocks}
