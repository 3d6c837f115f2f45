"""Taking a board out of the system as a file: noted on the trail (ANA-12)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.permissions import EXPORT_RUN


def note_taken(*, actor: Actor, board: str, month: date, rows: int, now: datetime) -> None:
    """Note that ``actor`` takes the figures of a board that end with ``month``. Raises Forbidden without leave."""
    actor.require(permissions.BOARDS)
    actor.require(EXPORT_RUN)
    detail = {"board": board, "month": f"{month:%Y-%m}", "rows": rows}
    with transaction.atomic():
        record(actor, Action.EXPORT, Subject("board", 0), detail=detail, now=now)
