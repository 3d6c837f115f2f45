"""The night of call-backs and follow-ups (SRV-8)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules
from keyuan.service.services.follow_ups import sending, sweeping


@chunked(sweeping.JOB, title=_("Call-backs and follow-ups of the night"))
def follow_ups_night(job: Progress, state: dict[str, Any]) -> None:
    """Open what is due, drop what ended."""
    sweeping.run_sweep(job, state, clock.now())


def start_follow_ups() -> None:
    """Start the night of today."""
    sweeping.start_sweep(actor=system_actor("follow-ups"), today=clock.today())


def follow_ups_ways() -> dict[str, int]:
    """Send questionnaires that are due, and go on where nobody answered."""
    return sending.take_steps(clock.now())


schedules.add(
    ScheduleSpec(
        "service.follow-up-ways", _("Questionnaires of follow-ups"), f"{__name__}.follow_ups_ways", "*/5 * * * *"
    )
)
schedules.add(
    ScheduleSpec(
        "service.follow-ups", _("Call-backs and follow-ups of the night"), f"{__name__}.start_follow_ups", "50 0 * * *"
    )
)
