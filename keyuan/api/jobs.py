"""Work of webhooks in the background (PLT-14)."""

from contextlib import closing
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from keyuan.api.drivers.outbound import Outbound
from keyuan.api.selectors.webhooks import allowed
from keyuan.api.services.webhook_replaying import CHUNK, REPLAY_JOB, forget_old, replay_chunk
from keyuan.api.services.webhook_runs import kick, next_due
from keyuan.api.services.webhook_sending import deliver
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules

#: Chunks of old messages that one call forgets at most.
FORGET_CHUNKS = 200


def deliver_webhooks(token: str) -> int:
    """Carry out one run of deliveries; see `keyuan.api.services.webhook_sending.deliver`."""
    permitted = allowed()
    with closing(Outbound(permitted)) as outbound:
        return deliver(token, clock.wall, outbound, permitted)


def wake_webhooks() -> bool:
    """Start a run where something is due and none is booked: after a restored backup, or a lost message."""
    wall = clock.wall()
    at = next_due()
    if at is None or at > wall:
        return False
    with transaction.atomic():
        return kick(wall)


def forget_webhooks() -> int:
    """Delete what is older than the log is kept; return how many messages went."""
    count = 0
    for _chunk in range(FORGET_CHUNKS):
        gone = forget_old(clock.wall())
        count += gone
        if gone < CHUNK:
            break
    return count


@chunked(REPLAY_JOB, title=_("Send events to %(name)s again"))
def replay_webhooks(job: Progress, state: dict[str, Any]) -> None:
    """Book the deliveries of an endpoint since a moment again, chunk by chunk."""
    while job.time_left():
        with job.step():
            count = replay_chunk(job.kwargs, state, clock.wall())
            job.advance(count)
            if count < CHUNK:
                job.finish()


schedules.add(
    ScheduleSpec(
        "webhooks.wake", _("Start deliveries of events that were left"), f"{__name__}.wake_webhooks", "* * * * *"
    )
)
schedules.add(
    ScheduleSpec("webhooks.forget", _("Forget old deliveries of events"), f"{__name__}.forget_webhooks", "40 2 * * *")
)
