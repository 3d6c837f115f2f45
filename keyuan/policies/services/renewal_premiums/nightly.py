"""The night's reminders: for each step that head office chose, one message a premium, however often it runs (POL-3)."""

from datetime import date, datetime, timedelta
from typing import Any

from keyuan.kernel.actor import system_actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.policies.models import Policy
from keyuan.policies.selectors.ledger.rules import ladder_in_force, money_rules
from keyuan.policies.services.renewal_premiums.acting import remind

JOB = "policies.premium_reminders"
CHUNK = 200
NIGHT = system_actor("premium reminders")


def start_reminders(*, on: date) -> TrackedJob | None:
    """Start the reminders of ``on``; None where no step is chosen."""
    steps = ladder_in_force()
    days = [day for day in money_rules().ladder if day in steps]
    return start_tracked(NIGHT, JOB, params={"day": on.isoformat()}, on=on.isoformat(), days=days) if days else None


def remind_chunks(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Remind of the premiums that stand on a chosen step today, contract by contract, by the index of what is due.

    A night that was killed goes on behind the last contract; one made twice finds every message there.
    """
    on, days = date.fromisoformat(job.kwargs["on"]), list(job.kwargs["days"])
    while job.time_left():
        place = state.get("place", 0)
        ids = _due(on, days[place], state.get("after", 0)) if place < len(days) else []
        with job.step():
            if place >= len(days):
                job.finish(sent=state.get("sent", 0), refused=state.get("refused", 0))
                return
            if not ids:
                state["place"], state["after"] = place + 1, 0
                continue
            refused = remind(actor=NIGHT, policy_ids=ids, now=now, by_night=True)
            state["sent"] = state.get("sent", 0) + len(ids) - len(refused)
            state["refused"] = state.get("refused", 0) + len(refused)
            state["after"] = ids[-1]
            job.advance(len(ids))


def _due(on: date, day: int, after: int) -> list[int]:
    rows = Policy.objects.filter(status=PolicyStatus.IN_FORCE, next_due_on=on - timedelta(days=day), pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
