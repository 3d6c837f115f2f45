"""The catalogue of tags and the rules that set them (CUS-6)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import Segment, Tag, TagRule
from keyuan.customers.selectors.segments.reading import access_segment, is_over
from keyuan.customers.services.segments.tagging import SURE, access_tag
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold

CODE = re.compile(r"^[A-Z][A-Z0-9_]{1,39}$")
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class TagFacts:
    """What the catalogue says of a tag; ``valid_days`` is how long it stays on where nobody says otherwise."""

    name: str
    family: str
    note: str = ""
    valid_days: int | None = None


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """Which segment a tag follows every night, how sure that is, and for how many days each setting holds."""

    segment_id: int
    confidence_bp: int = SURE
    valid_days: int | None = None
    explanation: str = ""
    is_active: bool = True


def _checked(facts: TagFacts, known: Tag | None) -> dict[str, Any]:
    name = facts.name.strip()
    if not name or len(name) > 40:
        raise Refused("tag.name", field="name")
    if facts.family not in Tag.Family.values:
        raise Refused("tag.family", field="family")
    if facts.valid_days is not None and not 1 <= facts.valid_days <= MOST_DAYS:
        raise Refused("tag.days", field="valid_days", most=MOST_DAYS)
    doubles = Tag.objects.filter(name=name, family=facts.family, retired_at__isnull=True)
    if doubles.exclude(pk=known.pk if known else 0).exists():
        raise Refused("tag.name_taken", field="name")
    return {
        "name": name,
        "family": facts.family,
        "note": facts.note.strip()[:200],
        "valid_days": facts.valid_days,
    }


@transaction.atomic
def create_tag(*, actor: Actor, code: str, facts: TagFacts, now: datetime) -> Tag:
    """Add a tag to the catalogue. Raises `Refused` naming the field that is wrong or taken."""
    actor.require(permissions.TAG_CATALOGUE)
    if not CODE.match(code):
        raise Refused("tag.code", field="code")
    hold("tag catalogue")
    if Tag.objects.filter(code=code).exists():
        raise Refused("tag.code_taken", field="code")
    tag = Tag.objects.create(code=code, **_checked(facts, None))
    record(actor, Action.CREATE, Subject("tag", tag.pk), after=_said(tag), now=now)
    return tag


@transaction.atomic
def change_tag(*, actor: Actor, tag_id: int, version: int, facts: TagFacts, now: datetime) -> Tag:
    """Change what the catalogue says of a tag; its code stays. Raises `Conflict` when it was changed since."""
    actor.require(permissions.TAG_CATALOGUE)
    hold("tag catalogue")
    tag = _at_version(tag_id, version)
    before = _said(tag)
    for key, value in _checked(facts, tag).items():
        setattr(tag, key, value)
    return _saved(actor, tag, before, now)


@transaction.atomic
def retire_tag(*, actor: Actor, tag_id: int, version: int, now: datetime) -> Tag:
    """Offer a tag no more; where it is on it stays until it expires or is taken off, and its rule rests."""
    actor.require(permissions.TAG_CATALOGUE)
    tag = _at_version(tag_id, version)
    if tag.retired_at is not None:
        return tag
    before = _said(tag)
    tag.retired_at = now
    TagRule.objects.filter(tag=tag).update(is_active=False)
    return _saved(actor, tag, before, now)


@transaction.atomic
def revive_tag(*, actor: Actor, tag_id: int, version: int, now: datetime) -> Tag:
    """Undo `retire_tag`; a rule goes on resting until somebody starts it."""
    actor.require(permissions.TAG_CATALOGUE)
    hold("tag catalogue")
    tag = _at_version(tag_id, version)
    before = _said(tag)
    tag.retired_at = None
    _checked(TagFacts(tag.name, tag.family, tag.note, tag.valid_days), tag)
    return _saved(actor, tag, before, now)


def _at_version(tag_id: int, version: int) -> Tag:
    tag = access_tag(tag_id, lock=True)
    if tag.version != version:
        raise Conflict("tag.changed")
    return tag


def _saved(actor: Actor, tag: Tag, before: dict[str, Any], now: datetime) -> Tag:
    tag.version += 1
    tag.save()
    record(actor, Action.UPDATE, Subject("tag", tag.pk), before=before, after=_said(tag), now=now)
    return tag


def _said(tag: Tag) -> dict[str, Any]:
    return {
        "code": tag.code,
        "name": tag.name,
        "family": tag.family,
        "note": tag.note,
        "valid_days": tag.valid_days,
        "retired": tag.retired_at is not None,
    }


@transaction.atomic
def set_rule(*, actor: Actor, tag_id: int, version: int, facts: RuleFacts, today: date, now: datetime) -> TagRule:
    """Let a tag follow a segment that the actor sees; ``version`` is the rule's, 0 where there was none.

    Raises `Refused` for a retired tag, a frozen or ended segment; `Conflict` when the rule was changed since.
    """
    actor.require(permissions.TAG_CATALOGUE)
    tag = access_tag(tag_id, lock=True)
    if tag.retired_at is not None:
        raise Refused("tag.retired", field="tag")
    segment = access_segment(actor, facts.segment_id)
    if is_over(segment, today):
        raise Refused("segment.over", field="segment")
    if not 0 < facts.confidence_bp <= SURE:
        raise Refused("segment.share", field="confidence")
    if facts.valid_days is not None and not 1 <= facts.valid_days <= MOST_DAYS:
        raise Refused("tag.days", field="valid_days", most=MOST_DAYS)
    return _kept_rule(actor, tag, segment, version, facts, now)


def _kept_rule(actor: Actor, tag: Tag, segment: Segment, version: int, facts: RuleFacts, now: datetime) -> TagRule:
    rule = TagRule.objects.filter(tag=tag).first()
    if (rule.version if rule else 0) != version:
        raise Conflict("tag.changed")
    before = _rule_said(rule) if rule else None
    rule = rule or TagRule(tag=tag, version=0)
    rule.segment, rule.confidence_bp, rule.valid_days = segment, facts.confidence_bp, facts.valid_days
    rule.explanation, rule.is_active = facts.explanation.strip()[:120], facts.is_active
    rule.version, rule.updated_at = version + 1, now
    rule.save()
    record(actor, Action.UPDATE, Subject("tag", tag.pk), before=before, after=_rule_said(rule), now=now)
    return rule


def _rule_said(rule: TagRule) -> dict[str, Any]:
    return {
        "rule_segment": rule.segment_id,
        "confidence_bp": rule.confidence_bp,
        "rule_days": rule.valid_days,
        "explanation": rule.explanation,
        "rule_active": rule.is_active,
    }
