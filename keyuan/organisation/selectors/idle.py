"""What nobody uses or works on: accounts without a sign-in, open records without an update (PLT-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import OldRecord, open_records
from keyuan.organisation.models import User
from keyuan.organisation.selectors.people import users_visible_to
from keyuan.organisation.selectors.units import unit_names

#: An account without a sign-in for so many days, and an open record without an update, are named (PLT-5).
ACCOUNT_DAYS, RECORD_DAYS = 14, 30
#: Named on the page; beyond this it says "more than".
MOST = 100


@dataclass(frozen=True, slots=True)
class OldLine:
    """One forgotten record and the unit it lies in."""

    record: OldRecord
    unit: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The forgotten records of one kind; ``has_more`` when there are more than are named."""

    label: Any
    lines: list[OldLine]
    has_more: bool


def idle_accounts(actor: Actor, *, now: datetime) -> QuerySet[User]:
    """Return the open accounts in reach without a sign-in for fourteen days, never used ones first.

    An account younger than that is not idle, however little it was used.
    """
    since = now - timedelta(days=ACCOUNT_DAYS)
    never = Q(last_seen_at=None, password_changed_at__lt=since)
    users = users_visible_to(actor).filter(Q(last_seen_at__lt=since) | never, is_active=True, left_on=None)
    return users.order_by(F("last_seen_at").asc(nulls_first=True), "staff_no")


def forgotten_records(actor: Actor, *, now: datetime) -> list[Forgotten]:
    """Return the open records in reach that nobody has updated for a month, by kind; kinds without any are left out."""
    before = now - timedelta(days=RECORD_DAYS)
    found = []
    for kind in open_records:
        rows = kind.oldest(actor, before, MOST + 1) if actor.may(kind.permission) else []
        if rows:
            names = unit_names(row.unit_id for row in rows)
            lines = [OldLine(row, names.get(row.unit_id or 0, "")) for row in rows[:MOST]]
            found.append(Forgotten(kind.label, lines, len(rows) > MOST))
    return found
