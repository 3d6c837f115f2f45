"""Saving segments: new, changed, cloned, shared, deleted and brought back (CUS-6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import Segment, SegmentVersion
from keyuan.customers.rules.segments.language import Group, read_condition, segments_named, to_json
from keyuan.customers.selectors.segments.reading import (
    access_segment,
    condition_of,
    names_of_segments,
    owned_segment,
    tests_of,
)
from keyuan.customers.selectors.segments.vocabulary import vocabulary_of, whole_vocabulary
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold

NAME_LENGTH, NOTE_LENGTH = 60, 200


@dataclass(frozen=True, slots=True)
class SegmentDraft:
    """What the builder sends."""

    name: str
    condition: Any
    note: str = ""
    shared: bool = False
    valid_until: date | None = None


def checked(actor: Actor, stored: Any, *, today: date) -> Group:
    """Return the condition that ``stored`` says, if this post may build it.

    Raises `Invalid` with the faults by row, Refused ``segment.circle``, and ``segment.not_found`` for a segment in it
    that the post does not see.
    """
    root = read_condition(stored, vocabulary_of(actor))
    named = segments_named(root, whole_vocabulary())
    if named - set(names_of_segments(actor, sorted(named))):
        raise Refused("segment.other_gone", field="condition")
    tests_of(root, today=today)
    return root


def _facts(actor: Actor, draft: SegmentDraft, root: Group, today: date) -> dict[str, Any]:
    name = draft.name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise Refused("segment.name", field="name", most=NAME_LENGTH)
    if draft.valid_until is not None and draft.valid_until < today:
        raise Refused("segment.over", field="valid_until")
    return {
        "name": name,
        "note": draft.note.strip()[:NOTE_LENGTH],
        "condition": to_json(root),
        "shared_unit_id": actor.unit_id if draft.shared else None,
        "valid_until": draft.valid_until,
    }


def create_segment(*, actor: Actor, draft: SegmentDraft, today: date, now: datetime, token: str = "") -> Segment:
    """Save a new dynamic segment of the actor's own; the same ``token`` again is the same segment.

    Raises `Invalid` or `Refused` naming what is wrong; then nothing is saved.
    """
    actor.require(permissions.SEGMENTS)
    root = checked(actor, draft.condition, today=today)
    facts = _facts(actor, draft, root, today)
    with transaction.atomic():
        # Of a double click the second half waits here for the first.
        hold(f"segment:{token or actor.id}")
        known = Segment.objects.filter(owner_id=actor.id, token=token[:64]).first() if token else None
        return known or _created(actor, facts, now, token=token[:64] or None)


def _created(actor: Actor, facts: Mapping[str, Any], now: datetime, **more: Any) -> Segment:
    segment = Segment.objects.create(
        **facts,
        owner_id=actor.id,
        owner_name=actor.name[:80],
        post_id=actor.post_id,
        unit_id=actor.unit_id,
        created_at=now,
        updated_at=now,
        **more,
    )
    _keep_version(segment, actor, now)
    after = {"name": segment.name, "kind": segment.kind, "condition": segment.condition}
    record(actor, Action.CREATE, Subject("segment", segment.pk), after=after, now=now)
    return segment


def _keep_version(segment: Segment, actor: Actor, now: datetime) -> None:
    SegmentVersion.objects.create(
        segment=segment,
        version=segment.version,
        name=segment.name,
        note=segment.note,
        condition=segment.condition,
        changed_by_id=actor.id,
        changed_by_name=actor.name[:80],
        changed_at=now,
    )


@transaction.atomic
def change_segment(
    *, actor: Actor, segment_id: int, version: int, draft: SegmentDraft, today: date, now: datetime
) -> Segment:
    """Save one's own segment anew; the version before stays in its history. A frozen one keeps its condition.

    Raises `Conflict` when it was changed since ``version``, otherwise as `create_segment`.
    """
    actor.require(permissions.SEGMENTS)
    segment = owned_segment(actor, segment_id)
    if segment.version != version:
        raise Conflict("segment.changed")
    stored = segment.condition if segment.kind == Segment.Kind.FROZEN else draft.condition
    root = checked(actor, stored, today=today)
    if segment.kind == Segment.Kind.DYNAMIC:
        _refuse_circle(segment_id, root)
    return _changed(actor, segment, _facts(actor, draft, root, today), now)


def _refuse_circle(segment_id: int, root: Group) -> None:
    """See that nothing that ``root`` names leads back to the segment itself."""
    words, waiting, seen = whole_vocabulary(), segments_named(root, whole_vocabulary()), set[int]()
    while waiting:
        other = waiting.pop()
        if other == segment_id:
            raise Refused("segment.circle", field="condition")
        seen.add(other)
        inner = condition_of(other)
        waiting |= (segments_named(inner, words) if inner else set()) - seen


def _changed(actor: Actor, segment: Segment, facts: Mapping[str, Any], now: datetime) -> Segment:
    before = {key: getattr(segment, key) for key in facts}
    if before == dict(facts):
        return segment
    for key, value in facts.items():
        setattr(segment, key, value)
    segment.version += 1
    segment.updated_at = now
    segment.save(update_fields=[*facts, "version", "updated_at"])
    _keep_version(segment, actor, now)
    record(actor, Action.UPDATE, Subject("segment", segment.pk), before=_plain(before), after=_plain(facts), now=now)
    return segment


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()}


@transaction.atomic
def restore_version(*, actor: Actor, segment_id: int, version: int, number: int, now: datetime) -> Segment:
    """Let a segment say again what it said at version ``number``; this is a change like any other.

    Raises `Conflict` when it was changed since ``version``, NotFound for a version that never was.
    """
    actor.require(permissions.SEGMENTS)
    segment = owned_segment(actor, segment_id)
    if segment.version != version:
        raise Conflict("segment.changed")
    old = SegmentVersion.objects.filter(segment=segment, version=number).first()
    if old is None or segment.kind == Segment.Kind.FROZEN:
        raise NotFound("segment.not_found")
    return _changed(actor, segment, {"name": old.name, "note": old.note, "condition": old.condition}, now)


@transaction.atomic
def clone_segment(*, actor: Actor, segment_id: int, name: str, now: datetime) -> Segment:
    """Make a dynamic segment of one's own with the condition of one that the actor sees."""
    actor.require(permissions.SEGMENTS)
    source = access_segment(actor, segment_id)
    facts = {"name": name.strip()[:NAME_LENGTH] or source.name, "note": source.note, "condition": source.condition}
    return _created(actor, facts, now)


@transaction.atomic
def delete_segment(*, actor: Actor, segment_id: int, now: datetime) -> Segment:
    """Take one's own segment out of every list; it can be brought back.

    Raises Refused ``segment.in_use`` while a rule of tags stands on it.
    """
    actor.require(permissions.SEGMENTS)
    segment = owned_segment(actor, segment_id)
    if segment.tag_rules.filter(is_active=True).exists():
        raise Refused("segment.in_use")
    segment.deleted_at = now
    segment.save(update_fields=["deleted_at"])
    record(actor, Action.DELETE, Subject("segment", segment.pk), before={"name": segment.name}, now=now)
    return segment


@transaction.atomic
def undelete_segment(*, actor: Actor, segment_id: int, now: datetime) -> Segment:
    """Undo `delete_segment`. Raises NotFound for one that is not deleted or not one's own."""
    actor.require(permissions.SEGMENTS)
    segment = owned_segment(actor, segment_id, deleted=True)
    segment.deleted_at = None
    segment.save(update_fields=["deleted_at"])
    record(actor, Action.UNDO, Subject("segment", segment.pk), after={"name": segment.name}, now=now)
    return segment
