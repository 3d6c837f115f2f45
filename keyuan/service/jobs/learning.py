"""Every morning: articles that expire or are to be looked at again, improvement items that are due (SRV-6, SRV-11)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.service.services.improvement import minding as improvement
from keyuan.service.services.knowledge import minding as knowledge


def mind_knowledge() -> dict[str, int]:
    """Expire articles and remind their owners."""
    return knowledge.mind(clock.today(), clock.now())


def mind_improvement() -> dict[str, int]:
    """Remind owners of improvement items, and escalate what stays overdue."""
    return improvement.mind(clock.today(), clock.now())


schedules.add(
    ScheduleSpec("service.knowledge", _("Look after the knowledge base"), f"{__name__}.mind_knowledge", "5 0 * * *")
)
schedules.add(
    ScheduleSpec("service.improvement", _("Remind of improvement items"), f"{__name__}.mind_improvement", "0 8 * * *")
)
