"""Sending messages in the background (PLT-11)."""

from django.utils.translation import gettext_lazy as _

from keyuan.contact.services.messages.runs import wake
from keyuan.contact.services.messages.sending import run_provider
from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, schedules


def send_messages(provider_id: int, token: str) -> int:
    """Carry out one run of a provider; see `keyuan.contact.services.messages.sending.run_provider`."""
    return run_provider(provider_id, token, clock.now)


def wake_messages() -> int:
    """Book runs for what is due: planned messages, retries, and what a lost run left."""
    return wake(clock.now())


schedules.add(ScheduleSpec("messages.wake", _("Send messages that are due"), f"{__name__}.wake_messages", "* * * * *"))
