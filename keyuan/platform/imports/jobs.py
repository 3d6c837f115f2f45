"""What imports do in the background."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.imports import lifecycle
from keyuan.platform.imports.running import run_import
from keyuan.platform.jobs import ScheduleSpec, schedules

__all__ = ["forget_files", "run_import"]


def forget_files() -> int:
    """Remove the files of imports whose time is over."""
    return lifecycle.forget_files(now=clock.now())


schedules.add(
    ScheduleSpec(
        "imports.forget",
        _("Remove imported files that expired"),
        "keyuan.platform.imports.jobs.forget_files",
        "40 3 * * *",
    )
)
