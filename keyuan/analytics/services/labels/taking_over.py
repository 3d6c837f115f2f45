"""Taking over a suggested label or segment: from then on it is the taker's own data, to be changed at will (ANA-5)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from keyuan.analytics.rules.labels.starters import ALL, Starter
from keyuan.customers import permissions
from keyuan.customers.models import Segment, Tag, TagRule
from keyuan.customers.services.segments.catalogue import RuleFacts, TagFacts, create_tag, set_rule
from keyuan.customers.services.segments.saving import SegmentDraft, create_segment
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.locks import hold


@dataclass(frozen=True, slots=True)
class Words:
    """What the label or segment is called from now on, and what it means; in the language of whoever takes it over."""

    name: str
    meaning: str


@transaction.atomic
def take_over(*, actor: Actor, code: str, words: Words, today: date, now: datetime) -> Segment:
    """Make the segment that a suggestion describes, shared with the taker's unit, and let its label follow it.

    Taken twice by one person it is one segment. A label that stands in the catalogue keeps its words; one that has a
    rule keeps it. Raises NotFound, Refused ``label.taken`` for a label that follows a rule already, and what the
    services of segments and tags refuse.
    """
    starter = ALL.get(code)
    if starter is None:
        raise NotFound
    actor.require(permissions.TAG_CATALOGUE if starter.family else permissions.SEGMENTS)
    hold(f"starter {code}")
    if starter.family and TagRule.objects.filter(tag__code=code).exists():
        raise Refused("label.taken", name=words.name)
    draft = SegmentDraft(words.name, dict(starter.condition), words.meaning, shared=True)
    segment = create_segment(actor=actor, draft=draft, today=today, now=now, token=f"starter {code} {actor.id}")
    if starter.family:
        _label(actor, starter, words, segment, today, now)
    return segment


def _label(actor: Actor, starter: Starter, words: Words, segment: Segment, today: date, now: datetime) -> None:
    tag = Tag.objects.filter(code=starter.code).first()
    if tag is None:
        facts = TagFacts(words.name, starter.family, words.meaning)
        tag = create_tag(actor=actor, code=starter.code, facts=facts, now=now)
    rule = RuleFacts(segment.pk, starter.confidence_bp, starter.days, words.meaning)
    set_rule(actor=actor, tag_id=tag.pk, version=0, facts=rule, today=today, now=now)
