"""Applications that nobody takes further are cancelled at night, a chunk at a time (POL-10)."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.policies.selectors.applications import access_application, stale_applications
from keyuan.policies.services.applications.notices import give_notice
from keyuan.policies.services.applications.recording import take_step

ACTOR = system_actor("new business")
CHUNK = 200


def cancel_stale(now: datetime, *, limit: int = CHUNK) -> int:
    """Cancel up to ``limit`` stale applications and return how many; running it twice changes nothing more.

    Each is a transaction of its own, looked at again under its lock: somebody may have taken it further meanwhile.
    """
    cancelled = 0
    for application_id in stale_applications(now.date(), limit):
        with transaction.atomic():
            application = access_application(ACTOR, application_id, lock=True)
            if application.stale_on is None or application.stale_on > now.date():
                continue
            try:
                take_step(ACTOR, application, "CANCEL", now)
            except (Refused, Conflict):
                continue
            was_draft = application.submitted_at is None
            if not was_draft:
                give_notice(application, "CANCELLED", now)
            cancelled += 1
    return cancelled
