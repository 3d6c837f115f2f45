"""Background work of analytics."""

from contextlib import suppress

from keyuan.analytics.services.night.starting import PROGRAM, start_night
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict
from keyuan.platform import clock
from keyuan.platform.mart.followers import Follower, followers


def night_after_snapshot() -> None:
    """Start the night of the day whose copy was just taken, unless one is under way or through."""
    with suppress(Conflict):
        start_night(actor=system_actor(PROGRAM), day=clock.today(), now=clock.now())


followers.add(Follower("night", f"{__name__}.night_after_snapshot", 100))
