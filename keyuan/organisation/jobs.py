"""Long work of the organisation."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import system_actor
from keyuan.organisation.services.api_clients import drop_ended_tokens
from keyuan.organisation.services.idle import report_idle
from keyuan.organisation.services.sessions import tidy_sessions
from keyuan.organisation.services.stale import lock_stale
from keyuan.organisation.services.units import MOVE_JOB, moving_unit, rewrite_chunk, scoped_models
from keyuan.platform import clock, throttle
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules

#: Rows per step: one transaction of some tens of milliseconds.
CHUNK = 2000


@chunked(MOVE_JOB, title=_("Move the records of %(name)s to %(target)s"))
def move_unit_rows(job: Progress, state: dict[str, Any]) -> None:
    """Rewrite the level columns of every scoped row of a moved unit, table by table (PLT-3)."""
    unit = moving_unit(job.kwargs["unit_id"])
    models = scoped_models()
    while job.time_left():
        place = state.get("model", 0)
        if place >= len(models):
            job.finish()
            return
        with job.step():
            moved = rewrite_chunk(models[place], unit, CHUNK)
            job.advance(moved)
            if moved < CHUNK:
                state["model"] = place + 1


def tidy() -> int:
    """End idle sessions whose browsers never came back (PLT-5)."""
    now = clock.now()
    throttle.tidy(seconds=int(clock.wall().timestamp()))
    return tidy_sessions(idle_since=now - timedelta(minutes=settings.IDLE_MINUTES), now=now, wall=clock.wall())


def lock_unused() -> int:
    """Lock the accounts that nobody has used for the days of the policy (PLT-5)."""
    return lock_stale(actor=system_actor("organisation.stale"), now=clock.now())


schedules.add(
    ScheduleSpec("organisation.tidy_sessions", _("End sessions that nobody uses"), f"{__name__}.tidy", "*/20 * * * *")
)
schedules.add(
    ScheduleSpec("organisation.stale", _("Lock accounts that nobody uses"), f"{__name__}.lock_unused", "40 3 * * *")
)


def report_unused() -> int:
    """Tell of accounts that nobody uses (PLT-5)."""
    return report_idle(actor=system_actor("organisation.idle"), now=clock.now())


schedules.add(
    ScheduleSpec("organisation.idle", _("Weekly report on unused accounts"), f"{__name__}.report_unused", "30 7 * * 1")
)


def tidy_tokens() -> int:
    """Delete tokens of API clients that ended more than a day ago; return how many (PLT-14)."""
    return drop_ended_tokens(now=clock.wall())


schedules.add(
    ScheduleSpec(
        "organisation.tidy_tokens", _("Forget ended tokens of API clients"), f"{__name__}.tidy_tokens", "*/10 * * * *"
    )
)
