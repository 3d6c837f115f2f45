"""Putting customers of a batch back where their orphan case found them (CUS-9)."""

from collections.abc import Sequence
from datetime import datetime

from keyuan.customers.models import AllocationItem, BackupContact, OrphanCase
from keyuan.customers.services.allocation.orphans import reopen_cases
from keyuan.customers.services.allocation.placing import PLACE_COLUMNS, Place, move
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import LEVEL_COLUMNS

ItemState = AllocationItem.State


def take_back(
    items: Sequence[AllocationItem], *, actor: Actor, now: datetime, code: str, state: str, returned: bool = False
) -> list[int]:
    """Put customers where their case found them, and let them wait again; return those that were.

    Inside the caller's transaction. Whom somebody assigned since is kept.
    """
    cases = OrphanCase.objects.in_bulk([item.case_id for item in items if item.case_id])
    places = {item.customer_id: _place_before(cases[item.case_id]) for item in items if item.case_id in cases}
    expected = {item.customer_id: item.assignment_id for item in items}
    moved = move(places, actor=actor, now=now, code=code, expected=expected)
    back = [item for item in items if item.customer_id in moved.assignments]
    AllocationItem.objects.filter(pk__in=[item.pk for item in back]).update(state=state)
    kept = [item.pk for item in items if item.customer_id not in moved.assignments]
    if not returned:
        AllocationItem.objects.filter(pk__in=kept).update(state=ItemState.KEPT)
    _end_backups(back, now)
    reopen_cases([item.case_id for item in back if item.case_id], returned=returned)
    return [item.customer_id for item in back]


def _place_before(case: OrphanCase) -> Place:
    where = tuple(getattr(case, column) for column in PLACE_COLUMNS)
    unit_id = next(unit for unit in reversed(where[: len(LEVEL_COLUMNS)]) if unit is not None)
    return Place(case.servicing_agent_id, unit_id, where)


def _end_backups(items: Sequence[AllocationItem], now: datetime) -> None:
    for item in items:
        if item.backup_agent_id:
            open_ones = BackupContact.objects.filter(customer_id=item.customer_id, agent_id=item.backup_agent_id)
            open_ones.filter(valid_until__isnull=True).update(valid_until=now.date())
