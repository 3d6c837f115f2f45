"""The nightly build, in a process of its own: it may take longer than a job and gives its memory back."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.backup import child
from keyuan.platform.jobs.timetable import ScheduleSpec, schedules
from keyuan.platform.mart import shelf

NIGHTLY = "platform.mart"


def build_nightly() -> None:
    """Start a build, unless one runs."""
    if not shelf.is_busy():
        child.start("mart", "build")


schedules.add(ScheduleSpec(NIGHTLY, _("Take the mart's snapshot"), f"{__name__}.build_nightly", "10 2 * * *"))
