"""Frozen segments made of ticked customers (CUS-6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.customers import permissions
from keyuan.customers.models import Segment, SegmentMember
from keyuan.customers.rules.segments.language import Group, Row, to_json
from keyuan.customers.services.bulk import MOST, living
from keyuan.customers.services.segments.saving import NAME_LENGTH
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold


@transaction.atomic
def add_picked(*, actor: Actor, customer_ids: Sequence[int], name: str, token: str, now: datetime) -> dict[str, Any]:
    """Add customers in reach (at most 1,000 a call) to the frozen segment that ``token`` names, made by the first call.

    Returns the segment and whom it got. Raises `Refused` without a name.
    """
    actor.require(permissions.SEGMENTS)
    if not name.strip() or len(name.strip()) > NAME_LENGTH:
        raise Refused("segment.name", field="name", most=NAME_LENGTH)
    hold(f"segment:{token}")
    segment = Segment.objects.filter(owner_id=actor.id, token=token).first() or _made(actor, name, token, now)
    ids = living(actor, customer_ids[:MOST], now=now)
    there = set(
        SegmentMember.objects.filter(segment=segment, customer_id__in=ids).values_list("customer_id", flat=True)
    )
    new = [pk for pk in ids if pk not in there]
    SegmentMember.objects.bulk_create(SegmentMember(segment=segment, customer_id=pk) for pk in new)
    Segment.objects.filter(pk=segment.pk).update(members_count=F("members_count") + len(new))
    return {"segment": segment.pk, "ids": new}


def _made(actor: Actor, name: str, token: str, now: datetime) -> Segment:
    segment = Segment.objects.create(
        name=name.strip(),
        kind=Segment.Kind.FROZEN,
        # Kept so that the page can say what it is; membership is what is written down.
        condition={"version": 1, "root": {"kind": "group", "join": "and", "not": False, "items": []}},
        owner_id=actor.id,
        owner_name=actor.name[:80],
        post_id=actor.post_id,
        unit_id=actor.unit_id,
        keeps_members=True,
        members_as_of=now.date(),
        members_count=0,
        token=token,
        created_at=now,
        updated_at=now,
    )
    Segment.objects.filter(pk=segment.pk).update(condition=to_json(Group((Row("segment", "in", [str(segment.pk)]),))))
    record(actor, Action.CREATE, Subject("segment", segment.pk), after={"name": segment.name}, now=now)
    return segment


@transaction.atomic
def drop_picked(*, actor: Actor, segment_id: int, customer_ids: Sequence[int], now: datetime) -> int:
    """Undo `add_picked`: take the customers out again; an empty segment is deleted. Returns how many went."""
    actor.require(permissions.SEGMENTS)
    segment = Segment.objects.filter(pk=segment_id, owner_id=actor.id).first()
    if segment is None:
        return 0
    gone, _kinds = SegmentMember.objects.filter(segment=segment, customer_id__in=list(customer_ids)).delete()
    left = SegmentMember.objects.filter(segment=segment).count()
    deleted_at = segment.deleted_at if left else now
    Segment.objects.filter(pk=segment.pk).update(members_count=left, deleted_at=deleted_at)
    record(actor, Action.UNDO, Subject("segment", segment.pk), before={"name": segment.name}, now=now)
    return gone
