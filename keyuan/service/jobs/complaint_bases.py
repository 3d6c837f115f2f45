"""The night's reckoning of what complaints are counted against (SRV-4)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.service.services.reckoning import reckon


def reckon_bases() -> int:
    """Reckon the running quarter."""
    return reckon(today=clock.today(), now=clock.now())


schedules.add(
    ScheduleSpec(
        "service.complaint_bases", _("Reckon the bases of complaint figures"), f"{__name__}.reckon_bases", "40 3 * * *"
    )
)
