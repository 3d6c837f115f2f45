"""Setting the clocks of all contracts anew: after an upgrade with new clocks, or new days of a product (POL-2)."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.platform.imports.bulk import update
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.policies import permissions
from keyuan.policies.models import Policy
from keyuan.policies.rules.clocks import next_clock_on
from keyuan.policies.selectors.clock_facts import Clocked, standing_after
from keyuan.policies.services.clocks.winding import ONE_DAY

JOB = "policies.clocks_set"
#: Contracts in one transaction: the writer's lock is held for some 150 ms on a cold disk.
CHUNK = 500


def start_rewinding(*, actor: Actor) -> TrackedJob:
    """Start setting the clocks of the whole book; it changes nothing but when the nights look at a contract."""
    actor.require(permissions.CLOCKS)
    with transaction.atomic():
        return start_tracked(actor, JOB, asked_by=actor.name)


def rewind(job: Progress, state: dict[str, Any], today: date) -> None:
    """Go on through the book by key; a contract whose clock stands right is not written.

    A contract that somebody changes at the same time keeps what that change set: it is written only while its version
    is the one that was read.
    """
    tomorrow = today + ONE_DAY
    while job.time_left():
        rows = standing_after(state.get("after", 0), CHUNK)
        if not rows:
            job.finish(changed=state.get("changed", 0), looked=state.get("looked", 0))
            return
        wound = [(one, _next(one, stands, tomorrow), stands) for one, stands in rows]
        late = [(one, night) for one, night, stands in wound if night != stands]
        with job.step():
            state["changed"] = state.get("changed", 0) + _write(late)
            state["looked"] = state.get("looked", 0) + len(rows)
            state["after"] = rows[-1][0].pk
            job.advance(len(rows))


def _next(one: Clocked, stands: date | None, tomorrow: date) -> date | None:
    """Return the night that looks at a contract next; one that its source keeps is never looked at (POL-7)."""
    if one.is_mirrored:
        return None
    return next_clock_on(replace(one.facts, since=min(stands or tomorrow, tomorrow)))


def _write(late: list[tuple[Clocked, date | None]]) -> int:
    read = {one.pk: one.version for one, _night in late}
    rows = Policy.objects.select_for_update().filter(pk__in=read).values_list("pk", "version")
    same = {pk for pk, version in rows if read[pk] == version}
    kept = [(one.pk, night) for one, night in late if one.pk in same]
    update(Policy, [pk for pk, _night in kept], {"next_clock_on": [night for _pk, night in kept]})
    return len(kept)
