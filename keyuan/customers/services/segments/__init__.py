"""Segments: saving, keeping members, counting; and who is in one now (CUS-6).

`members` names them by the dated mart, for lists, campaigns and exports; `is_member` asks the book itself, and is what
decides at the moment of contact.
"""

from collections.abc import Sequence
from datetime import date, datetime

from keyuan.customers.models import Segment
from keyuan.customers.selectors.segments.asking import current_snapshot
from keyuan.customers.selectors.segments.live import members_among
from keyuan.customers.selectors.segments.mart import ids_of
from keyuan.customers.selectors.segments.reading import is_over, tests_of_segment
from keyuan.kernel.actor import Actor


def members(segment: Segment, *, actor: Actor, now: datetime) -> list[int]:
    """Return the members in the actor's reach on the day of the newest snapshot, in order of their keys.

    Nobody once the segment is past its last day. Raises Refused ``mart.none`` before the first snapshot.
    """
    snapshot = current_snapshot()
    if is_over(segment, now.date()):
        return []
    found = ids_of(snapshot, tests_of_segment(segment, today=snapshot.day), actor=actor, now=now)
    return [int(pk) for pk in found.to_pylist()]


def is_member(segment: Segment, customer_ids: Sequence[int], *, actor: Actor, today: date, now: datetime) -> list[int]:
    """Return those of ``customer_ids`` that the actor sees and that are members this moment, in the order asked."""
    if is_over(segment, today):
        return []
    return members_among(tests_of_segment(segment, today=today), customer_ids, actor=actor, now=now)
