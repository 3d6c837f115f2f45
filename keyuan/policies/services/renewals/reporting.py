"""Keeping who took the renewal rate away as a file (PLT-6)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.policies import permissions


def note_rate_file(*, actor: Actor, group: str, first: date, last: date, now: datetime) -> None:
    """Put the export of a renewal rate on the trail; needs the right to renew and to export."""
    actor.require(permissions.RENEW)
    actor.require(EXPORT_RUN)
    detail = {"report": "renewal-rate", "by": group, "from": first.isoformat(), "to": last.isoformat()}
    with transaction.atomic():
        record(actor, Action.EXPORT, Subject("renewal_rate", 0), detail=detail, now=now)
