"""The night's reminders: for each step that head office chose, one message a premium, however often it runs (POL-3)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.policies import permissions
from keyuan.policies.models import Policy
from keyuan.policies.rules.renewal_premiums import LADDER
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.services.refunds.batches import require_whole_book
from keyuan.policies.services.renewal_premiums.acting import remind

JOB = "policies.premium_reminders"
CHUNK = 200
NIGHT = system_actor("premium reminders")


def start_reminders(*, on: date) -> TrackedJob | None:
    """Start the reminders of ``on``; None where no step is chosen."""
    days = [day for day in money_rules().ladder if day in LADDER]
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


def set_ladder(*, actor: Actor, days: list[int], version: int, now: datetime) -> None:
    """Choose on which steps the night sends reminders by itself. Raises `Conflict`, `Refused` premium.no_such_step."""
    require_whole_book(actor, permissions.MONEY_APPROVE)
    if any(day not in LADDER for day in days):
        raise Refused("premium.no_such_step", field="days")
    with transaction.atomic():
        rules = money_rules(lock=True)
        if rules.version != version:
            raise Conflict("conflict", version=rules.version)
        before, rules.ladder = rules.ladder, sorted(set(days))
        rules.version, rules.updated_at, rules.updated_by_name = version + 1, now, actor.name[:40]
        rules.save()
        subject = Subject("money_rules", rules.pk)
        record(actor, Action.UPDATE, subject, before={"ladder": before}, after={"ladder": rules.ladder}, now=now)
