"""Starting a night beside the server: in a process of its own, which gives its memory back (ANA-1)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.services.night.running import is_busy
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.audit import Action, record
from keyuan.platform.backup import child
from keyuan.platform.subjects import Subject

COMMAND = "night"
#: Who runs it where nobody pressed a button.
PROGRAM = "night run"


def start_night(*, actor: Actor, day: date, now: datetime, again: bool = False) -> None:
    """Start the night of ``day``; the page of runs shows how far it is. Raises Conflict ``night.busy``."""
    actor.require(permissions.RUN)
    if is_busy():
        raise Conflict("night.busy")
    with transaction.atomic():
        after = {"day": day.isoformat(), "again": again}
        record(actor, Action.CREATE, Subject("night", 0), after=after, now=now)
    child.start(COMMAND, "--date", day.isoformat(), *(["--again"] if again else []))
