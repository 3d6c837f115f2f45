"""Forgetting old answers."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.platform.replays import CHUNK, drop_expired


def tidy() -> int:
    """Delete answers older than a day; return how many."""
    now, total = clock.wall(), 0
    while (dropped := drop_expired(now=now)) > 0:
        total += dropped
        if dropped < CHUNK:
            break
    return total


schedules.add(
    ScheduleSpec("platform.tidy_replays", _("Forget answers kept for replay"), f"{__name__}.tidy", "17 * * * *")
)
