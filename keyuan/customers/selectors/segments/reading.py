"""Which segments a post sees, and what stands behind one (CUS-6)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from keyuan.customers.models import CustomerSummary, Segment, SegmentCount, SegmentVersion, TagRule
from keyuan.customers.rules.segments.language import Group, read_condition
from keyuan.customers.rules.segments.resolving import Members, Predicate, resolve
from keyuan.customers.selectors.scope import visible_among
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors.units import line_of

#: Segments offered where one is chosen.
OFFERED = 200


def units_above(actor: Actor) -> list[int]:
    """Return the actor's unit and those above it: what is shared with them is shared with the actor."""
    unit = Unit.objects.filter(pk=actor.unit_id or 0).first()
    return line_of(unit) if unit else []


def segment_sources(actor: Actor) -> list[QuerySet[Segment]]:
    """Return the segments of a list page as disjoint parts: one's own, then those shared with one's units."""
    there = Segment.objects.filter(deleted_at__isnull=True)
    if actor.kind is ActorKind.SYSTEM:
        return [there]
    shared = there.filter(shared_unit_id__in=units_above(actor)).exclude(owner_id=actor.id)
    return [there.filter(owner_id=actor.id), shared]


def segments_visible_to(actor: Actor) -> QuerySet[Segment]:
    """Every segment that is the actor's own or shared with a unit of theirs, deleted ones left out."""
    there = Segment.objects.filter(deleted_at__isnull=True)
    if actor.kind is ActorKind.SYSTEM:
        return there
    return there.filter(Q(owner_id=actor.id) | Q(shared_unit_id__in=units_above(actor)))


def access_segment(actor: Actor, segment_id: int) -> Segment:
    """Return one segment the actor sees, or raise NotFound."""
    found = segments_visible_to(actor).filter(pk=segment_id).first()
    if found is None:
        raise NotFound("segment.not_found")
    return found


def owned_segment(actor: Actor, segment_id: int, *, deleted: bool = False) -> Segment:
    """Return one's own segment, locked, or raise NotFound: others may look at a shared one and clone it."""
    rows = Segment.objects.select_for_update().filter(pk=segment_id, deleted_at__isnull=not deleted)
    found = (rows if actor.kind is ActorKind.SYSTEM else rows.filter(owner_id=actor.id or 0)).first()
    if found is None:
        raise NotFound("segment.not_found")
    return found


def is_over(segment: Segment, today: date) -> bool:
    """Tell whether the segment is past its last day."""
    return segment.valid_until is not None and segment.valid_until < today


def offered_segments(actor: Actor, *, today: date) -> list[Segment]:
    """Return the segments that may be chosen somewhere, the last changed first."""
    rows = segments_visible_to(actor).exclude(valid_until__lt=today)
    return list(rows.defer("condition").order_by("-updated_at", "-pk")[:OFFERED])


def listed_segments(actor: Actor) -> list[tuple[int, str]]:
    """Return key and name of the segments whose members are written down, for the filter of lists."""
    rows = segments_visible_to(actor).filter(members_as_of__isnull=False).order_by("-updated_at", "-pk")
    return list(rows.values_list("pk", "name")[:OFFERED])


def names_of_segments(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of those segments that the actor sees."""
    return dict(segments_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def versions_of(segment: Segment) -> list[SegmentVersion]:
    """Return the versions of a segment, the newest first."""
    return list(segment.versions.order_by("-version"))


def counts_of(segment: Segment, *, branch_id: int, since: date) -> list[tuple[date, int]]:
    """Return how many members there were, day by day; branch 0 is the whole book."""
    rows = SegmentCount.objects.filter(segment=segment, branch_id=branch_id, counted_on__gte=since)
    return list(rows.order_by("counted_on").values_list("counted_on", "total"))


def rules_of(segment: Segment) -> list[TagRule]:
    """Return the rules of tags that stand on a segment."""
    return list(segment.tag_rules.select_related("tag").order_by("pk"))


def condition_of(segment_id: int) -> Group | None:
    """Return the condition of a dynamic segment, None for one that keeps its members. Raises NotFound."""
    row: Any = Segment.objects.filter(pk=segment_id).values_list("kind", "condition").first()
    if row is None:
        raise NotFound("segment.not_found")
    kind, condition = row
    return None if kind == Segment.Kind.FROZEN else read_condition(condition, whole_vocabulary())


def tests_of(root: Group, *, today: date) -> Predicate:
    """Return what ``root`` means on ``today``, the segments it names opened. Raises Refused ``segment.circle``."""
    return resolve(root, whole_vocabulary(), today=today, others=condition_of)


def tests_of_segment(segment: Segment, *, today: date) -> Predicate:
    """Return what membership of ``segment`` means on ``today``."""
    if segment.kind == Segment.Kind.FROZEN:
        return Members(segment.pk)
    return tests_of(read_condition(segment.condition, whole_vocabulary()), today=today)


def summaries_of(actor: Actor, ids: Sequence[int], *, now: datetime) -> list[CustomerSummary]:
    """Return the summaries of those of ``ids`` that the actor sees now, in the order asked."""
    rows = CustomerSummary.objects.in_bulk(visible_among(actor, ids, now=now))
    return [rows[pk] for pk in ids if pk in rows]
