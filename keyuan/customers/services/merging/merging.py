"""What people do with a pair: merge it, say that it is two persons, undo a merge (CUS-8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import Customer, DuplicatePair, Merge
from keyuan.customers.rules.merging.survivorship import FIELDS
from keyuan.customers.selectors import access_customer, customers_visible_to
from keyuan.customers.selectors.merging.merges import access_merge
from keyuan.customers.services.archive import HEALTH_COLUMNS
from keyuan.customers.services.merging.carrying import Act, carry_out, objections
from keyuan.customers.services.merging.heads import Heads, default_choices, lock_heads
from keyuan.customers.services.merging.journal import Couple
from keyuan.customers.services.merging.pairs import FoundPair, store_pairs
from keyuan.customers.services.merging.returning import Chosen
from keyuan.customers.services.merging.rules import current_orders
from keyuan.customers.services.merging.undoing import in_the_way, take_apart
from keyuan.customers.services.quality.events import requalify_after
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record

Status = DuplicatePair.Status
#: A choice that a person made, as `Merge.choices` says why.
CHOSEN = "chosen"
SHORTEST_REASON = 2


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        raise Refused("merge.reason", field="reason")
    return reason[:200]


def merge_customers(
    *,
    actor: Actor,
    survivor_id: int,
    loser_id: int,
    reason: str,
    now: datetime,
    choices: Mapping[str, str] | None = None,
    versions: tuple[int, int] | None = None,
) -> Merge:
    """Merge ``loser_id`` into ``survivor_id``, both in the actor's reach, and return the merge that undoes it.

    ``choices`` says by field whose value stands (``survivor`` or ``loser``); fields that it does not name follow the
    rules. ``versions`` are those of survivor and loser as the person saw them. Asked again for what was merged
    already, it returns that merge. Raises Refused with the field that is wrong, NotFound for a record out of reach,
    Conflict for records that changed since they were shown.
    """
    actor.require(permissions.MERGE)
    if survivor_id == loser_id:
        raise Refused("merge.same_record", field="survivor")
    wrong = [name for name in choices or {} if name not in FIELDS]
    if wrong:
        raise Refused("merge.unknown_field", field=wrong[0])
    reason = _reason(reason)
    done = Merge.objects.filter(survivor_id=survivor_id, loser_id=loser_id, status=Merge.Status.DONE).first()
    if done is not None and customers_visible_to(actor, now=now).filter(pk=survivor_id).exists():
        return done
    orders = current_orders()
    with transaction.atomic():
        couple = Couple(survivor_id, loser_id)
        heads = lock_heads([couple])
        _check(actor, couple, heads, versions, now)
        couple.choices = _choices(actor, couple, heads, choices or {}, orders)
        merge = Merge(survivor_id=survivor_id, loser_id=loser_id, created_at=now)
        merge.pair = DuplicatePair.objects.filter(
            a_id=min(survivor_id, loser_id), b_id=max(survivor_id, loser_id)
        ).first()
        merge.save(force_insert=True)
        carry_out([couple], heads, [merge], Act(actor, now, reason))
    return merge


def _check(actor: Actor, couple: Couple, heads: Heads, versions: tuple[int, int] | None, now: datetime) -> None:
    seen = set(
        customers_visible_to(actor, now=now).filter(pk__in=(couple.survivor, couple.loser)).values_list("pk", flat=True)
    )
    for pk in (couple.survivor, couple.loser):
        row = heads.rows.get(pk)
        if pk not in seen and not (row and row.status == Customer.Status.MERGED):
            raise NotFound("customer.not_found")
    objection = objections([couple], heads).get(couple.loser)
    if objection:
        raise Conflict(objection, field="survivor")
    survivor, loser = heads.of(couple)
    if versions is not None and versions != (survivor.version, loser.version):
        raise Conflict("merge.changed", field="survivor")


def _choices(
    actor: Actor,
    couple: Couple,
    heads: Heads,
    wanted: Mapping[str, str],
    orders: Mapping[str, tuple[str, ...]],
) -> dict[str, str]:
    survivor, loser = heads.of(couple)
    found = default_choices(survivor, loser, orders)
    for name, side in wanted.items():
        if side not in ("survivor", "loser"):
            raise Refused("merge.unknown_side", field=name)
        if name in HEALTH_COLUMNS and not actor.may(permissions.HEALTH):
            continue
        if side == "survivor":
            found.pop(name, None)
        elif name not in found and any(getattr(survivor, one) != getattr(loser, one) for one in FIELDS[name]):
            found[name] = CHOSEN
    return found


def undo_merge(
    *,
    actor: Actor,
    merge_id: int,
    reason: str,
    now: datetime,
    added: Chosen | None = None,
    not_the_same: bool = False,
) -> Merge:
    """Take a merge apart: both records stand as they did, with later edits kept and flagged.

    ``added`` names by reference rows that came since and belong to the restored record; the others stay.
    ``not_the_same`` says that they are two persons, for ever. A merge that was undone already is returned as it is.
    Raises Refused merge.later_merge, with the merge that has to be undone first.
    """
    actor.require(permissions.MERGE)
    reason = _reason(reason)
    access_merge(actor, merge_id, now=now)
    with transaction.atomic():
        merge = Merge.objects.select_for_update().get(pk=merge_id)
        if merge.status == Merge.Status.UNDONE:
            return merge
        if merge.status != Merge.Status.DONE:
            raise Refused("merge.not_done")
        if merge.skipped_because == Merge.ERASED:
            raise Refused("merge.erased")
        blocking = in_the_way([merge]).get(merge.pk)
        if blocking is not None:
            raise Conflict("merge.later_merge", **_named(blocking))
        status = Status.DISTINCT if not_the_same else Status.OPEN
        take_apart([merge], Act(actor, now, reason), chosen={merge.pk: added or {}}, pair_status=status)
        if not_the_same:
            _say_distinct(actor, merge.survivor_id, merge.loser_id, reason, now)
    return merge


def _named(merge: Merge) -> dict[str, Any]:
    survivor, loser = Customer.objects.get(pk=merge.survivor_id), Customer.objects.get(pk=merge.loser_id)
    return {"merge": merge.pk, "survivor": survivor.customer_no, "loser": loser.customer_no}


def decide_distinct(*, actor: Actor, pair_id: int, note: str, now: datetime) -> DuplicatePair:
    """Say that a pair is two persons: it is remembered, and never merged or proposed again. Twice is once.

    Raises NotFound unless the actor sees both; Conflict where the pair was merged.
    """
    actor.require(permissions.MERGE)
    with transaction.atomic():
        pair = _locked(actor, pair_id, now)
        if pair.status == Status.DISTINCT:
            return pair
        if pair.status != Status.OPEN:
            raise Conflict("merge.pair_settled")
        pair.status, pair.decided_at, pair.decided_by_id, pair.note = Status.DISTINCT, now, actor.id, note[:200]
        pair.save(update_fields=["status", "decided_at", "decided_by_id", "note"])
        _record_decision(actor, pair, "distinct", note, now)
    return pair


def reopen_pair(*, actor: Actor, pair_id: int, now: datetime) -> DuplicatePair:
    """Take "two persons" back: the pair is open again, for people only. Raises as `decide_distinct`."""
    actor.require(permissions.MERGE)
    with transaction.atomic():
        pair = _locked(actor, pair_id, now)
        if pair.status == Status.OPEN:
            return pair
        if pair.status != Status.DISTINCT:
            raise Conflict("merge.pair_settled")
        pair.status, pair.decided_at, pair.decided_by_id, pair.is_held = Status.OPEN, None, None, True
        pair.save(update_fields=["status", "decided_at", "decided_by_id", "is_held"])
        _record_decision(actor, pair, "open", "", now)
    return pair


def propose_pair(*, actor: Actor, one_id: int, other_id: int, note: str, now: datetime) -> DuplicatePair:
    """Put two records that a person takes for one into the queue; a pair that is there is returned as it stands."""
    actor.require(permissions.VIEW)
    if one_id == other_id:
        raise Refused("merge.same_record", field="other")
    one, other = (access_customer(actor, pk, now=now) for pk in (one_id, other_id))
    if one.kind != other.kind:
        raise Refused("merge.kinds_differ", field="other")
    a, b = sorted((one_id, other_id))
    found = [FoundPair(a, b, 0.0, 0.5, str(DuplicatePair.Band.LIKELY))]
    there = DuplicatePair.objects.filter(a_id=a, b_id=b).first()
    if there is None:
        store_pairs(found, now=now, source=DuplicatePair.Source.HAND, note=note)
        there = DuplicatePair.objects.get(a_id=a, b_id=b)
    return there


def review_done(*, actor: Actor, merge_id: int, now: datetime) -> Merge:
    """Say that what an undo flagged was looked at."""
    actor.require(permissions.MERGE)
    access_merge(actor, merge_id, now=now)
    with transaction.atomic():
        merge = Merge.objects.select_for_update().get(pk=merge_id)
        if merge.needs_review:
            merge.needs_review, merge.reviewed_at, merge.reviewed_by_id = False, now, actor.id
            merge.save(update_fields=["needs_review", "reviewed_at", "reviewed_by_id"])
            record(actor, Action.UPDATE, Subject("merge", merge.pk), detail={"reviewed": True}, now=now)
    return merge


def _locked(actor: Actor, pair_id: int, now: datetime) -> DuplicatePair:
    pair = DuplicatePair.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None:
        raise NotFound("merge.no_pair")
    ids = (pair.a_id, pair.b_id)
    if customers_visible_to(actor, now=now).filter(pk__in=ids).count() != len(ids):
        if pair.status == Status.MERGED:
            raise Conflict("merge.pair_settled")
        raise NotFound("merge.no_pair")
    return pair


def _record_decision(actor: Actor, pair: DuplicatePair, decision: str, note: str, now: datetime) -> None:
    for pk in (pair.a_id, pair.b_id):
        record(
            actor,
            Action.UPDATE,
            Subject("customer", pk),
            customer_id=pk,
            reason=note,
            detail={"duplicate_pair": pair.pk, "decision": decision},
            now=now,
        )
    # What is decided is no finding any more, or one again (CUS-11).
    requalify_after([pair.a_id, pair.b_id], now)


def _say_distinct(actor: Actor, one: int, other: int, note: str, now: datetime) -> None:
    """Remember "two persons" also for a merge that came from no pair."""
    a, b = sorted((one, other))
    if DuplicatePair.objects.filter(a_id=a, b_id=b).exists():
        return
    DuplicatePair.objects.create(
        a_id=a, b_id=b, weight=0.0, probability=0.0, band=DuplicatePair.Band.POSSIBLE, source=DuplicatePair.Source.HAND,
        status=Status.DISTINCT, is_held=True, found_at=now, decided_at=now, decided_by_id=actor.id, note=note[:200],
    )  # fmt: skip


def added_ids(values: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Return chosen rows without empty references."""
    return {key: list(ids) for key, ids in values.items() if ids}
