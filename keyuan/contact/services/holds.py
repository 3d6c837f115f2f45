"""Why customers are to be left in peace, pushed in by the contexts above (MKT-9; decision 22)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyuan.contact.models import Hold, Permit
from keyuan.contact.rules.terms import HOLDS
from keyuan.contact.selectors.terms import rules_in_force
from keyuan.contact.services.permits.locking import lock_budgets
from keyuan.contact.services.stopping import stop

CHUNK = 500
COLUMNS = ("customer_id", "kind", "source_kind", "source_id")


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """One reason: ``kind`` is CLAIM, COMPLAINT, BEREAVED or OTHER; open while ``ended_at`` is None."""

    customer_id: int
    kind: str
    source_kind: str
    source_id: int
    started_at: datetime
    ended_at: datetime | None = None


def sync_holds(*, source_kind: str, customer_ids: Sequence[int], drafts: Iterable[HoldDraft], now: datetime) -> int:
    """Make the holds that ``source_kind`` has on these customers be ``drafts``; returns how many changed.

    May be called again with the same facts: nothing changes then. Where a hold begins, open permits of the kinds that
    it stops are cancelled in the same transaction. Raises ValueError for a kind that does not exist.
    """
    wanted = {(d.customer_id, d.kind, d.source_kind, d.source_id): d for d in drafts}
    if any(draft.kind not in HOLDS for draft in wanted.values()):
        raise ValueError("no such kind of hold")
    ids = sorted(set(customer_ids))
    changed = 0
    for start in range(0, len(ids), CHUNK):
        some = set(ids[start : start + CHUNK])
        part = {key: draft for key, draft in wanted.items() if key[0] in some}
        with transaction.atomic():
            changed += _sync(source_kind, some, part, now)
    return changed


def _sync(source_kind: str, ids: set[int], wanted: dict[tuple[int, str, str, int], HoldDraft], now: datetime) -> int:
    known = {
        (row.customer_id, row.kind, row.source_kind, row.source_id): row
        for row in Hold.objects.filter(customer_id__in=ids, source_kind=source_kind)
    }
    new = [Hold(**{name: getattr(draft, name) for name in (*COLUMNS, "started_at", "ended_at")})
           for key, draft in wanted.items() if key not in known]  # fmt: skip
    moved = []
    for key, draft in wanted.items():
        row = known.get(key)
        if row is not None and (row.started_at, row.ended_at) != (draft.started_at, draft.ended_at):
            row.started_at, row.ended_at = draft.started_at, draft.ended_at
            moved.append(row)
    gone = [row.pk for key, row in known.items() if key not in wanted]
    open_ids = sorted({row.customer_id for row in [*new, *moved] if row.ended_at is None})
    if open_ids:
        # Permits are only asked for behind this lock, so none is granted between the look and the hold.
        lock_budgets(open_ids)
    Hold.objects.bulk_create(new, ignore_conflicts=True)
    Hold.objects.bulk_update(moved, ["started_at", "ended_at"])
    Hold.objects.filter(pk__in=gone).delete()
    if open_ids:
        _stop(open_ids, [row for row in [*new, *moved] if row.ended_at is None], now)
    return len(new) + len(moved) + len(gone)


def _stop(customer_ids: list[int], holds: list[Hold], now: datetime) -> None:
    stopped = {(rest.hold, rest.kind) for rest in rules_in_force().rests}
    kinds = {(row.customer_id, kind) for row in holds for hold, kind in stopped if hold == row.kind}

    def forbidden(permit: Permit) -> bool:
        return (permit.customer_id, permit.kind) in kinds

    stop(customer_ids, forbidden, reason="hold", now=now)
