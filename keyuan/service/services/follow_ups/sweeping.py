"""The night of follow-ups: what no event opened, what time brings, what ended; safe to run twice (SRV-8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from keyuan.customers.models import CustomerSummary
from keyuan.kernel.actor import Actor
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.platform.notices import notify_staff
from keyuan.policies.models import Policy
from keyuan.service.models import Desk, FollowUp, FollowUpPlan
from keyuan.service.rules.follow_ups import due, plans
from keyuan.service.rules.follow_ups.plans import Plan
from keyuan.service.rules.follow_ups.results import PROBLEM
from keyuan.service.selectors.follow_ups.plans import plans_for
from keyuan.service.services.follow_ups import problems
from keyuan.service.services.follow_ups.opening import CHUNK, Cause, drop_ended, open_callbacks, open_many
from keyuan.service.services.follow_ups.seeding import seed

JOB = "service.follow-ups"
#: Days that are made up for when the system stood still.
MOST_DAYS = 14
#: A call-back whose last day is so near is told to the supervisor.
NEAR = 2


def start_sweep(*, actor: Actor, today: date) -> TrackedJob:
    """Start the night of a day; a second one finds nothing to do."""
    return start_tracked(actor, JOB, on=today.isoformat())


def run_sweep(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next parts of the night, chunk by chunk; a killed one goes on where it was.

    A chunk and the place behind it are committed together, and what a chunk opens is known by its key: neither lost nor
    doubled, wherever the night is killed.
    """
    today = date.fromisoformat(job.kwargs["on"])
    seed(now)
    while job.time_left():
        position = state.get("part", 0)
        if position >= len(PARTS):
            job.finish(opened=state.get("opened", 0), dropped=state.get("dropped", 0))
            return
        part = STEPS[PARTS[position]]
        # Read before the transaction: the writer's lock is held for the writing alone.
        found = part.read(state, today)
        with job.step():
            part.write(state, found, today, now)
            if found is None:
                state["part"], state["after"] = position + 1, 0
            job.advance()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the night: ``read`` gives its next chunk behind ``state["after"]``, None when nothing is left;
    ``write`` deals with it (and with None once, at the end)."""

    read: Callable[[dict[str, Any], date], Any]
    write: Callable[[dict[str, Any], Any, date, datetime], None]


def _count(state: dict[str, Any], name: str, number: int) -> None:
    state[name] = state.get(name, 0) + number


def _after(state: dict[str, Any]) -> int:
    return int(state.get("after", 0))


def _read_cooling(state: dict[str, Any], _today: date) -> list[int] | None:
    """Read the next contracts in their cooling-off period, by an index that holds nothing else."""
    ids = Policy.objects.filter(in_cooling_off=True, pk__gt=_after(state)).order_by("pk").values_list("pk", flat=True)
    return list(ids[:CHUNK]) or None


def _open_cooling(state: dict[str, Any], ids: list[int] | None, _today: date, now: datetime) -> None:
    if ids:
        _count(state, "opened", open_callbacks(ids, now=now))
        state["after"] = ids[-1]


def _read_open(state: dict[str, Any], _today: date) -> list[tuple[int, int]] | None:
    """Read the next open follow-ups about contracts."""
    rows = FollowUp.objects.filter(is_open=True, policy_id__isnull=False, pk__gt=_after(state)).order_by("pk")
    return list(rows.values_list("pk", "policy_id")[:CHUNK]) or None


def _drop_open(state: dict[str, Any], rows: list[tuple[int, int]] | None, _today: date, now: datetime) -> None:
    """Drop the call-backs of contracts that ended."""
    if rows:
        _count(state, "dropped", drop_ended([policy for _pk, policy in rows], now=now))
        state["after"] = rows[-1][0]


def _read_problems(state: dict[str, Any], _today: date) -> list[tuple[int, int]] | None:
    """Read the next problem cases whose orders are over, should an event have been missed."""
    rows = FollowUp.objects.filter(is_open=True, status=PROBLEM, pk__gt=_after(state), order__is_open=False)
    return list(rows.order_by("pk").values_list("pk", "order_id")[:CHUNK]) or None


def _follow_problems(state: dict[str, Any], rows: list[tuple[int, int]] | None, _today: date, now: datetime) -> None:
    if rows:
        problems.follow_orders([order for _pk, order in rows], now=now)
        state["after"] = rows[-1][0]


@dataclass(frozen=True, slots=True)
class Due:
    """What a plan opens for one day: the next chunk of (what, whom); an empty one ends the day."""

    row: FollowUpPlan
    content: Plan
    day: date
    rows: list[tuple[int, int]]

    @property
    def happened_on(self) -> date:
        """The day that lies the plan's days back."""
        return self.day - timedelta(days=self.content.delay_days)

    @property
    def place(self) -> str:
        """What the position of a chunk belongs to: a plan stopped meanwhile leaves none to the next one."""
        return f"{self.row.pk}:{self.day.isoformat()}"


def _next_day(trigger: str, today: date) -> tuple[FollowUpPlan, Plan, date] | None:
    """Return the first plan of a trigger that has a day not gone through, with that day."""
    for row, content in plans_for(trigger):
        earliest = today - timedelta(days=MOST_DAYS)
        day = max(row.swept_until or today - timedelta(days=1), earliest) + timedelta(days=1)
        if day <= today:
            return row, content, day
    return None


def _read_day(trigger: str, rows_of: Callable[[date], QuerySet[Any, tuple[int, int]]]) -> Callable[..., Due | None]:
    def read(state: dict[str, Any], today: date) -> Due | None:
        found = _next_day(trigger, today)
        if found is None:
            return None
        due_day = Due(*found, [])
        if not plans.is_active(due_day.content, due_day.day):
            return due_day
        after = _after(state) if state.get("place") == due_day.place else 0
        behind = rows_of(due_day.happened_on).filter(pk__gt=after).order_by("pk")
        return Due(*found, list(behind[:CHUNK]))

    return read


def _bought_on(day: date) -> QuerySet[Any, tuple[int, int]]:
    rows = Policy.objects.filter(effective_on=day, status__in=due.LIVING, holder__isnull=False)
    return rows.values_list("pk", "holder_id")


def _last_spoken_on(day: date) -> QuerySet[Any, tuple[int, int]]:
    return CustomerSummary.objects.filter(last_contact_on=day, is_policyholder=True).values_list("pk", "pk")


def _write_day(state: dict[str, Any], found: Due | None, now: datetime, cause_of: Callable[..., Cause]) -> None:
    """Open a chunk of a day; the day counts as gone through with its last chunk."""
    if found is None:
        return
    causes = [cause_of(found, pk, customer) for pk, customer in found.rows]
    _count(state, "opened", open_many(found.row, found.content, causes, now=now))
    if len(found.rows) == CHUNK:
        state["after"], state["place"] = found.rows[-1][0], found.place
        return
    FollowUpPlan.objects.filter(pk=found.row.pk).update(swept_until=found.day)
    state["after"] = 0


def _open_purchases(state: dict[str, Any], found: Due | None, _today: date, now: datetime) -> None:
    """Open what is due so many days after the contract took effect."""
    _write_day(
        state, found, now, lambda one, pk, holder: Cause(f"{one.row.pk}:P{pk}", holder, one.happened_on, pk)
    )  # fmt: skip


def _open_dormant(state: dict[str, Any], found: Due | None, _today: date, now: datetime) -> None:
    """Open what is due for policyholders with whom nobody spoke for so many days, on the day that it becomes so."""
    _write_day(
        state, found, now,
        lambda one, pk, customer: Cause(f"{one.row.pk}:K{pk}:{one.day:%y%m%d}", customer, one.happened_on),
    )  # fmt: skip


def _read_nothing(_state: dict[str, Any], _today: date) -> None:
    return None


def _notices(_state: dict[str, Any], _found: None, today: date, now: datetime) -> None:
    """Tell the supervisors of desks how many call-backs are late, and how many end within two days."""
    rows = FollowUp.objects.filter(is_open=True, due_on__lte=today + timedelta(days=NEAR), kind=plans.CALLBACK)
    late = dict(rows.filter(due_on__lt=today).order_by().values_list("desk_id").annotate(n=Count("pk")))
    near = dict(rows.filter(due_on__gte=today).order_by().values_list("desk_id").annotate(n=Count("pk")))
    desks = Desk.objects.filter(pk__in={*late, *near}, supervisor_id__isnull=False)
    for desk_id, name, supervisor in desks.values_list("pk", "name", "supervisor_id"):
        params = {"desk": name, "late": late.get(desk_id, 0), "near": near.get(desk_id, 0)}
        notify_staff(
            [supervisor or 0], "task", "follow_up.nightly", params, url="/service/follow-ups/?sort=due", now=now
        )


STEPS = {
    "cooling": Part(_read_cooling, _open_cooling),
    "open": Part(_read_open, _drop_open),
    "problems": Part(_read_problems, _follow_problems),
    "purchases": Part(_read_day(plans.AFTER_PURCHASE, _bought_on), _open_purchases),
    "dormant": Part(_read_day(plans.DORMANT, _last_spoken_on), _open_dormant),
    "notices": Part(_read_nothing, _notices),
}
PARTS = tuple(STEPS)
