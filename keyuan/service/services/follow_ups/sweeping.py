"""The night of follow-ups: what no event opened, what time brings, what ended; safe to run twice (SRV-8)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count

from keyuan.customers.models import CustomerSummary
from keyuan.kernel.actor import Actor
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.platform.notices import notify_staff
from keyuan.policies.models import Policy
from keyuan.service.models import Desk, FollowUp, FollowUpPlan
from keyuan.service.rules.follow_ups import due, plans
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
PARTS = ("cooling", "open", "problems", "purchases", "dormant", "notices")


def start_sweep(*, actor: Actor, today: date) -> TrackedJob:
    """Start the night of a day; a second one finds nothing to do."""
    return start_tracked(actor, JOB, on=today.isoformat())


def run_sweep(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next parts of the night, chunk by chunk; a killed one goes on where it was."""
    today = date.fromisoformat(job.kwargs["on"])
    seed(now)
    while job.time_left():
        position = state.get("part", 0)
        if position >= len(PARTS):
            job.finish(opened=state.get("opened", 0), dropped=state.get("dropped", 0))
            return
        # Read before the transaction: the writer's lock is held for the writing alone.
        waiting = _in_cooling_off(state.get("after", 0)) if PARTS[position] == "cooling" else []
        with job.step():
            state["ids"] = waiting
            if not STEPS[PARTS[position]](state, today, now):
                state["part"], state["after"] = position + 1, 0
            del state["ids"]
            job.advance()


def _count(state: dict[str, Any], name: str, number: int) -> None:
    state[name] = state.get(name, 0) + number


def _in_cooling_off(after: int) -> list[int]:
    """Return the next contracts in their cooling-off period behind a key; they stand in an index of their own."""
    ids = Policy.objects.filter(in_cooling_off=True).order_by().values_list("pk", flat=True)
    return sorted(pk for pk in ids if pk > after)[:CHUNK]


def _cooling(state: dict[str, Any], _today: date, now: datetime) -> bool:
    """Open the call-backs of contracts in their cooling-off period."""
    part = state["ids"]
    if part:
        _count(state, "opened", open_callbacks(part, now=now))
        state["after"] = part[-1]
    return bool(part)


def _open(state: dict[str, Any], _today: date, now: datetime) -> bool:
    """Drop the open call-backs of contracts that ended."""
    rows = FollowUp.objects.filter(is_open=True, policy_id__isnull=False, pk__gt=state.get("after", 0)).order_by("pk")
    part = list(rows.values_list("pk", "policy_id")[:CHUNK])
    if part:
        _count(state, "dropped", drop_ended([policy for _pk, policy in part if policy], now=now))
        state["after"] = part[-1][0]
    return bool(part)


def _problems(_state: dict[str, Any], _today: date, now: datetime) -> bool:
    """Bring problem cases to where their orders stand, should an event have been missed."""
    rows = FollowUp.objects.filter(is_open=True, status=PROBLEM, order__is_open=False)
    problems.follow_orders([pk for pk in rows.values_list("order_id", flat=True)[:CHUNK] if pk], now=now)
    return False


def _days(row: FollowUpPlan, today: date) -> list[date]:
    first = max(row.swept_until or today - timedelta(days=1), today - timedelta(days=MOST_DAYS)) + timedelta(days=1)
    return [first + timedelta(days=ahead) for ahead in range((today - first).days + 1)]


def _purchases(state: dict[str, Any], today: date, now: datetime) -> bool:
    """Open what is due so many days after the contract took effect, for each day not gone through yet."""
    for row, content in plans_for(plans.AFTER_PURCHASE):
        for day in _days(row, today):
            begun = day - timedelta(days=content.delay_days)
            if plans.is_active(content, day):
                rows = Policy.objects.filter(effective_on=begun, status__in=due.LIVING, holder__isnull=False)
                found = rows.order_by().values_list("pk", "holder_id")
                causes = [Cause(f"{row.pk}:P{pk}", holder or 0, begun, pk) for pk, holder in found]
                _count(state, "opened", open_many(row, content, causes, now=now))
            FollowUpPlan.objects.filter(pk=row.pk).update(swept_until=day)
            return True
    return False


def _dormant(state: dict[str, Any], today: date, now: datetime) -> bool:
    """Open what is due for policyholders with whom nobody spoke for so many days, on the day that it becomes so."""
    for row, content in plans_for(plans.DORMANT):
        for day in _days(row, today):
            spoken = day - timedelta(days=content.delay_days)
            if plans.is_active(content, day):
                people = CustomerSummary.objects.filter(last_contact_on=spoken, is_policyholder=True).order_by()
                causes = [
                    Cause(f"{row.pk}:K{pk}:{day:%y%m%d}", pk, spoken) for pk in people.values_list("pk", flat=True)
                ]
                _count(state, "opened", open_many(row, content, causes, now=now))
            FollowUpPlan.objects.filter(pk=row.pk).update(swept_until=day)
            return True
    return False


def _notices(_state: dict[str, Any], today: date, now: datetime) -> bool:
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
    return False


STEPS = {
    "cooling": _cooling, "open": _open, "problems": _problems, "purchases": _purchases, "dormant": _dormant,
    "notices": _notices,
}  # fmt: skip
