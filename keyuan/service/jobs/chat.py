"""The minute's round of web chat (SRV-5)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.service.services.chat.sweeping import sweep


def chat_round() -> dict[str, int]:
    """Look after silent seats and visitors, closing hours and queues."""
    return sweep(now=clock.now())


schedules.add(ScheduleSpec("service.chat", _("Look after web chats"), f"{__name__}.chat_round", "* * * * *"))
