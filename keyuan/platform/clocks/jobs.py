"""Clocks in the background: the scan of every minute, and working clocks out anew."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.clocks.calendars import JOB
from keyuan.platform.clocks.keeping import open_clock_ids, restand
from keyuan.platform.clocks.scanning import CHUNK, scan
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules

#: Chunks of one run of the scan; what is left waits for the next minute.
MOST_CHUNKS = 40


def scan_due() -> int:
    """Tell people of the clocks that came to a step."""
    now, count = clock.now(), 0
    for _chunk in range(MOST_CHUNKS):
        found = scan(now)
        count += found
        if found < CHUNK:
            break
    return count


@chunked(JOB, title=_("Work out deadlines anew"))
def restand_clocks(job: Progress, state: dict[str, Any]) -> None:
    """Go through the unfinished clocks of a calendar, chunk by chunk."""
    while job.time_left():
        with job.step():
            ids = open_clock_ids(job.kwargs["hours_key"], state.get("after", 0), 1000)
            if not ids:
                job.finish()
                return
            restand(ids, now=clock.now())
            state["after"] = ids[-1]
            job.advance(len(ids))


schedules.add(ScheduleSpec("clocks.scan", _("Tell people of deadlines"), f"{__name__}.scan_due", "* * * * *"))
