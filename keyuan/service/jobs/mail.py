"""Fetching and sending mail in the background (SRV-5, PLT-10)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, enqueue, schedules
from keyuan.service.services.mail.fetching import WAIT, due_mailboxes, fetch
from keyuan.service.services.mail.sending import send_due


def fetch_mails() -> int:
    """Have every mailbox looked into, each by a job of its own, so that a slow server holds up no other."""
    due = due_mailboxes(clock.now())
    for number, mailbox_id in enumerate(due):
        enqueue(f"{__name__}.fetch_mailbox", mailbox_id=mailbox_id, waits=number < settings.MAIL_IDLE)
    return len(due)


def fetch_mailbox(mailbox_id: int, waits: bool = False) -> int:
    """Fetch what came to one mailbox; what does not fit into a minute waits for the next run.

    ``waits``: a worker may be spared to hear of new mail at once.
    """
    return fetch(mailbox_id, clock.now, waits=WAIT if waits else 0.0)


def send_mails() -> int:
    """Send what is due, and mark as in doubt what a lost run handed over."""
    return send_due(clock.now)


schedules.add(
    ScheduleSpec("service.mail.fetch", _("Fetch mail of the service desk"), f"{__name__}.fetch_mails", "* * * * *")
)
schedules.add(
    ScheduleSpec("service.mail.send", _("Send mail of the service desk"), f"{__name__}.send_mails", "* * * * *")
)
