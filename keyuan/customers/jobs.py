"""Background work of the customers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers.services import batch_query
from keyuan.customers.services.segments import keeping
from keyuan.customers.services.segments import nightly as segments_night
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules, start_tracked
from keyuan.platform.mart.followers import Follower, followers


@chunked(batch_query.JOB, title=_("Batch query"))
def match_batch(job: Progress, state: dict[str, Any]) -> None:
    """Match a batch query, chunk by chunk."""
    batch_query.match_rows(job, state, clock.now())


def drop_expired_batches() -> int:
    """Delete batch queries past their day."""
    return batch_query.drop_expired(clock.now())


schedules.add(
    ScheduleSpec(
        "customers.expire_batches", _("Delete expired batch queries"), f"{__name__}.drop_expired_batches", "40 3 * * *"
    )
)


@chunked(keeping.JOB, title=_("Members of the segment “%(name)s”"))
def keep_segment_members(job: Progress, state: dict[str, Any]) -> None:
    """Write down the members of a segment, chunk by chunk."""
    keeping.write_members(job, state, clock.now())


@chunked(segments_night.JOB, title=_("Nightly work on segments and tags"))
def segments_night_work(job: Progress, state: dict[str, Any]) -> None:
    """Count segments, bring kept lists up to date, set and withdraw tags by rule, drop expired ones."""
    segments_night.work(job, state, clock.today(), clock.now())


def segments_after_snapshot() -> None:
    """Start the night of segments and tags: the mart has a new snapshot."""
    start_tracked(system_actor("segments"), segments_night.JOB)


followers.add(Follower("segments", f"{__name__}.segments_after_snapshot"))
