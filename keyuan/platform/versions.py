"""Settings kept in numbered versions: the newest is in force, and none is ever changed (PLT-7)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Manager, Model

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.subjects import Subject

LONGEST_REASON, LONGEST_NAME = 200, 40

Row = TypeVar("Row", bound=Model)


def append_version(
    rows: "Manager[Row]",
    *,
    actor: Actor,
    kind: str,
    number: int,
    content: Mapping[str, Any],
    present: Callable[[Any], Mapping[str, Any]],
    reason: str,
    now: datetime,
    **columns: Any,
) -> Row:
    """Put ``content`` in force as the version after ``number``, with its reason and who changed it, on the trail.

    ``present`` gives the content that the newest version (or None) stands for; ``kind`` names the subject and the
    refusals: ``kind.reason`` (field ``reason``) without one, ``kind.unchanged`` where nothing is new. Raises Conflict
    when somebody saved first.
    """
    if not reason.strip():
        raise Refused(f"{kind}.reason", field="reason")
    with transaction.atomic():
        hold(kind)
        newest = rows.order_by("-number").first()
        standing: int = getattr(newest, "number", 0)
        if standing != number:
            raise Conflict("conflict", version=standing)
        before = present(newest)
        if before == content:
            raise Refused(f"{kind}.unchanged")
        told = reason.strip()[:LONGEST_REASON]
        made = rows.create(
            number=number + 1, content=content, reason=told, changed_by_id=actor.id,
            changed_by_name=actor.name[:LONGEST_NAME], changed_at=now, **columns,
        )  # fmt: skip
        record(
            actor, Action.UPDATE, Subject(kind, made.pk), before=before, after=content, detail={"reason": told}, now=now
        )
    return made
