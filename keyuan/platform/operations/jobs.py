"""What operations do by the clock. Samples follow the true present: a book fixed in the past must not stop them."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.platform.operations import certificates, sampling, slow


def sample() -> None:
    """Keep how this machine did in the last minute, and what was slow."""
    now = clock.wall()
    sampling.take_sample(now)
    slow.gather(now)


def roll_up() -> None:
    """Bring hours and days up to date."""
    sampling.roll_up(clock.wall())


def prune() -> None:
    """Forget what is too old."""
    sampling.prune(clock.wall())


def look_at_certificates() -> None:
    """Read when certificates end."""
    certificates.look(clock.wall())


HERE = "keyuan.platform.operations.jobs"
schedules.add(ScheduleSpec("operations.sample", _("Note how the system is doing"), f"{HERE}.sample", "* * * * *"))
schedules.add(ScheduleSpec("operations.roll_up", _("Sum up the system's status"), f"{HERE}.roll_up", "1 * * * *"))
schedules.add(ScheduleSpec("operations.prune", _("Forget old status samples"), f"{HERE}.prune", "20 3 * * *"))
schedules.add(
    ScheduleSpec(
        "operations.certificates", _("Look when certificates end"), f"{HERE}.look_at_certificates", "40 5 * * *"
    )
)
