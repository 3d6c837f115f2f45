"""Members kept in the book: of frozen segments, and of dynamic ones whose list is held ready (CUS-6).

Keeping means: bring the stored members to what the mart says, by the difference, in steps. So a killed job goes on
where it was, and a list that is up to date costs two reads.
"""

from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import Customer, Segment, SegmentMember
from keyuan.customers.rules.segments.language import read_condition
from keyuan.customers.selectors.segments.asking import current_snapshot
from keyuan.customers.selectors.segments.mart import ids_of
from keyuan.customers.selectors.segments.reading import access_segment, is_over, owned_segment, tests_of
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.customers.services.segments.saving import SegmentDraft, create_segment
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked

JOB = "customers.segment_members"
STEP = 2_500
Ids = npt.NDArray[np.int64]


def keep_members(*, actor: Actor, segment_id: int, now: datetime) -> Segment:
    """Have the members of one's own dynamic segment written down and kept up to date every night.

    They are those in the reach of the owner's post. Raises Refused ``mart.none`` before the first snapshot.
    """
    actor.require(permissions.SEGMENTS)
    access_segment(actor, segment_id)
    current_snapshot()
    with transaction.atomic():
        segment = owned_segment(actor, segment_id)
        if segment.keeps_members:
            return segment
        segment.keeps_members, segment.post_id = True, actor.post_id
        segment.job_id = _start(actor, segment).pk
        segment.save(update_fields=["keeps_members", "post_id", "job_id"])
        record(actor, Action.UPDATE, Subject("segment", segment.pk), after={"keeps_members": True}, now=now)
    return segment


def freeze_segment(*, actor: Actor, segment_id: int, name: str, now: datetime, token: str = "") -> Segment:
    """Make a frozen segment of whoever is in ``segment_id`` by the newest snapshot, inside the actor's reach.

    Its members are written by a job; the same ``token`` again is the same segment. Raises as `keep_members`.
    """
    actor.require(permissions.SEGMENTS)
    source = access_segment(actor, segment_id)
    current_snapshot()
    if source.kind == Segment.Kind.FROZEN:
        raise Refused("segment.frozen")
    draft = SegmentDraft(name=name, note=source.note, condition=source.condition)
    with transaction.atomic():
        frozen = create_segment(actor=actor, draft=draft, today=now.date(), now=now, token=token)
        if frozen.kind == Segment.Kind.FROZEN:
            return frozen
        frozen.kind, frozen.frozen_from, frozen.keeps_members = Segment.Kind.FROZEN, source, True
        frozen.job_id = _start(actor, frozen).pk
        frozen.save(update_fields=["kind", "frozen_from", "keeps_members", "job_id"])
        record(actor, Action.UPDATE, Subject("segment", frozen.pk), after={"kind": "FROZEN"}, now=now)
    return frozen


def _start(actor: Actor, segment: Segment) -> TrackedJob:
    return start_tracked(actor, JOB, params={"name": segment.name}, segment_id=segment.pk)


def write_members(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Bring the kept members to what the newest snapshot says; called chunk by chunk until nothing differs.

    A frozen segment that has its members keeps them.
    """
    segment = Segment.objects.filter(pk=job.kwargs["segment_id"], deleted_at__isnull=True).first()
    if segment is None or (segment.kind == Segment.Kind.FROZEN and segment.members_as_of is not None):
        job.finish()
        return
    snapshot = current_snapshot()
    wanted = _wanted(segment, job.actor, now)
    missing, extra = differences(wanted, kept_ids(segment))
    if "asked" not in state:
        job.set_total(len(missing) + len(extra))
    while job.time_left():
        with job.step() as kept:
            kept["asked"] = snapshot.day.isoformat()
            now_add, missing = missing[:STEP], missing[STEP:]
            now_drop, extra = extra[:STEP], extra[STEP:]
            _write(segment, now_add, now_drop)
            job.advance(len(now_add) + len(now_drop))
            if not len(missing) and not len(extra):
                total = SegmentMember.objects.filter(segment=segment).count()
                Segment.objects.filter(pk=segment.pk).update(members_as_of=snapshot.day, members_count=total)
                job.finish(segment_id=segment.pk)


def _wanted(segment: Segment, actor: Actor, now: datetime) -> Ids:
    """Return the members by the newest snapshot in the reach of the owner's post."""
    snapshot = current_snapshot()
    if is_over(segment, snapshot.day):
        return np.array([], dtype=np.int64)
    condition = read_condition(segment.condition, whole_vocabulary())
    found = ids_of(snapshot, tests_of(condition, today=snapshot.day), actor=actor, now=now)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def kept_ids(segment: Segment) -> Ids:
    """Return the kept members in order."""
    rows = SegmentMember.objects.filter(segment=segment).order_by("customer_id").values_list("customer_id", flat=True)
    return np.fromiter(rows.iterator(chunk_size=20_000), dtype=np.int64)


def differences(wanted: Ids, there: Ids) -> tuple[Ids, Ids]:
    """Return what is missing and what is too much."""
    return (
        np.setdiff1d(wanted, there, assume_unique=True),
        np.setdiff1d(there, wanted, assume_unique=True),
    )


def _write(segment: Segment, add: Ids, drop: Ids) -> None:
    # Whom the mart still knows may be gone from the book.
    there = Customer.objects.filter(pk__in=add.tolist()).exclude(status=Customer.Status.MERGED)
    rows = (SegmentMember(segment=segment, customer_id=pk) for pk in there.values_list("pk", flat=True))
    SegmentMember.objects.bulk_create(rows, batch_size=STEP, ignore_conflicts=True)
    SegmentMember.objects.filter(segment=segment, customer_id__in=drop.tolist()).delete()
