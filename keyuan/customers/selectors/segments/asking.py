"""The questions that pages and programs ask of a condition (CUS-6)."""

from datetime import datetime

from keyuan.customers.models import Segment
from keyuan.customers.rules.segments.language import Group
from keyuan.customers.rules.segments.resolving import AllOf, Not
from keyuan.customers.selectors.segments.mart import SAMPLE, Found, find
from keyuan.customers.selectors.segments.reading import tests_of, tests_of_segment
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.mart import Snapshot, latest


def current_snapshot() -> Snapshot:
    """Return the newest snapshot of the mart. Raises Refused ``mart.none`` before the first."""
    snapshot = latest()
    if snapshot is None:
        raise Refused("mart.none")
    return snapshot


def count_condition(root: Group, *, actor: Actor, now: datetime, sample: int = SAMPLE) -> Found:
    """Count and sample the customers in the actor's reach who met ``root`` on the mart's day.

    Raises Refused ``mart.none``, ``segment.mart_outdated`` and ``segment.circle``.
    """
    snapshot = current_snapshot()
    return find(snapshot, tests_of(root, today=snapshot.day), actor=actor, now=now, sample=sample)


def count_segment(segment: Segment, *, actor: Actor, now: datetime, sample: int = 0) -> Found:
    """Count the members of ``segment`` in the actor's reach; otherwise as `count_condition`."""
    snapshot = current_snapshot()
    return find(snapshot, tests_of_segment(segment, today=snapshot.day), actor=actor, now=now, sample=sample)


def compare(one: Segment, other: Segment, *, actor: Actor, now: datetime) -> tuple[Found, Found, Found]:
    """Return who is only in ``one``, in both, and only in ``other``."""
    snapshot = current_snapshot()
    left, right = (tests_of_segment(segment, today=snapshot.day) for segment in (one, other))
    parts = (AllOf((left, Not(right))), AllOf((left, right)), AllOf((right, Not(left))))
    only, both, rest = (find(snapshot, part, actor=actor, now=now, sample=0) for part in parts)
    return only, both, rest
