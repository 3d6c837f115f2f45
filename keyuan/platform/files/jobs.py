"""Work on files in the background."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.files import scanning
from keyuan.platform.jobs import ScheduleSpec, schedules


def examine(attachment_id: int) -> str:
    """Have clamd look at one file (PLT-16)."""
    return scanning.examine(attachment_id, now=clock.now())


def examine_waiting() -> int:
    """Take up the files that had no verdict because clamd was away; stop at the first that still has none."""
    done = 0
    for attachment_id in scanning.waiting():
        if examine(attachment_id) in {scanning.Scan.WAITING, scanning.Scan.PASSED}:
            break
        done += 1
    return done


schedules.add(
    ScheduleSpec("files.examine", _("Examine files that wait for the virus scanner"), f"{__name__}.examine_waiting",
                 "*/5 * * * *")
)  # fmt: skip
