"""Members that are written down (CUS-6)."""

from django.db.models import QuerySet

from keyuan.customers.models import Segment, SegmentMember

#: Up to so many members are gathered by their own index.
FEW = 5_000


def members_of(segment_id: int) -> QuerySet[SegmentMember]:
    """Return the kept members of a segment that the caller has accessed."""
    return SegmentMember.objects.filter(segment_id=segment_id)


def kept_count(segment_id: int) -> int:
    """Return how many members are written down."""
    count = Segment.objects.filter(pk=segment_id).values_list("members_count", flat=True).first()
    return count or 0
