"""Background work of the customers."""

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms import linkage_wording  # noqa: F401 - words what this work refuses
from keyuan.customers.selectors.merging.linkage_runs import JOB as LINKAGE_JOB
from keyuan.customers.services import batch_query
from keyuan.customers.services.agenda import nightly as agenda_night
from keyuan.customers.services.allocation import first_contacts, giving, orphans, planning, receiving
from keyuan.customers.services.classification import bulk as class_run
from keyuan.customers.services.handover import running
from keyuan.customers.services.linkage import running as linkage_run
from keyuan.customers.services.merging import batches as merge_batches
from keyuan.customers.services.merging.pairs import refresh_all_places
from keyuan.customers.services.quality import bulk as quality_run
from keyuan.customers.services.segments import keeping
from keyuan.customers.services.segments import nightly as segments_night
from keyuan.customers.services.standards import nightly as tier_night
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, enqueue, schedules, start_tracked
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


@chunked(orphans.JOB, title=_("Search for customers without a service person"))
def find_orphans(job: Progress, state: dict[str, Any]) -> None:
    """Find orphans by rule, pass by pass."""
    orphans.find_orphans(job, state, clock.now())


@chunked(planning.JOB, title=_("Plan of an allocation"))
def plan_allocation(job: Progress, state: dict[str, Any]) -> None:
    """Collect and place the customers of a batch."""
    planning.run_plan(job, state, clock.now())


@chunked(giving.GIVE_JOB, title=_("Allocation of customers"))
def give_allocation(job: Progress, state: dict[str, Any]) -> None:
    """Give the customers of a batch, chunk by chunk."""
    giving.run_giving(job, state, clock.now())


@chunked(giving.UNDO_JOB, title=_("Taking an allocation back"))
def undo_allocation(job: Progress, state: dict[str, Any]) -> None:
    """Take the customers of a batch back, chunk by chunk."""
    giving.run_undo(job, state, clock.now())


@chunked(running.JOB, title=_("Hand-over of %(name)s"))
def hand_over(job: Progress, state: dict[str, Any]) -> None:
    """Hand over what a leaver held, chunk by chunk."""
    running.run_handover(job, state, clock.now())


def keep_pair_places(after: int = 0) -> None:
    """Let the queue of likely duplicates follow customers who are served elsewhere now, chunk by chunk."""
    last = refresh_all_places(after)
    if last is not None:
        enqueue(f"{__name__}.keep_pair_places", after=last)


schedules.add(
    ScheduleSpec(
        "customers.pair_places", _("Keep likely duplicates with their units"), f"{__name__}.keep_pair_places",
        "10 5 * * *",
    )
)  # fmt: skip


@chunked(merge_batches.PLAN_JOB, title=_("Plan of a merge of sure pairs"))
def plan_merges(job: Progress, _state: dict[str, Any]) -> None:
    """Group the sure pairs of a batch and write down what would be merged."""
    merge_batches.make_plan(job, clock.now())


@chunked(merge_batches.RUN_JOB, title=_("Merge of sure pairs"))
def run_merges(job: Progress, _state: dict[str, Any]) -> None:
    """Carry out the planned merges of a batch, a few in each transaction."""
    merge_batches.work_off(job, clock.now())


@chunked(merge_batches.UNDO_JOB, title=_("Undoing a merge of sure pairs"))
def undo_merges(job: Progress, _state: dict[str, Any]) -> None:
    """Take the merges of a batch apart, the last first."""
    merge_batches.take_back(job, clock.now())


@chunked(LINKAGE_JOB, title=_("Comparison of the whole book"))
def link_book(job: Progress, state: dict[str, Any]) -> None:
    """Look for customers who stand in the book twice (CUS-8)."""
    linkage_run.run_linkage(job, state, clock.now())
    if job.is_finished:
        # What was found counts against the records at once (CUS-11).
        start_quality()


def start_book_linkage() -> None:
    """Start the weekly comparison of the whole book, unless one is under way."""
    with suppress(Conflict):
        linkage_run.start_linkage(actor=system_actor("linkage"))


schedules.add(
    ScheduleSpec(
        "customers.linkage", _("Compare the whole book for duplicates"), f"{__name__}.start_book_linkage", "30 2 * * 6"
    )
)


def start_orphan_search() -> None:
    """Start the nightly search for orphans."""
    start_tracked(system_actor("orphans"), orphans.JOB)


def escalate_receptions() -> int:
    """Pass what no unit answered in time to the unit above."""
    return receiving.escalate_overdue(clock.now())


def keep_first_contacts(last: int = 0) -> None:
    """Keep the first contacts that arrived by import or from other systems, chunk by chunk."""
    last_seen, _kept = first_contacts.keep_from_timeline(last, clock.now())
    if last_seen is not None:
        enqueue(f"{__name__}.keep_first_contacts", last=last_seen)


schedules.add(
    ScheduleSpec(
        "customers.find_orphans",
        _("Find customers without a service person"),
        f"{__name__}.start_orphan_search",
        "20 1 * * *",
    )
)
schedules.add(
    ScheduleSpec(
        "customers.escalate_receptions",
        _("Pass unanswered receptions up"),
        f"{__name__}.escalate_receptions",
        "*/30 * * * *",
    )
)
schedules.add(
    ScheduleSpec(
        "customers.keep_first_contacts",
        _("Keep first contacts from the timeline"),
        f"{__name__}.keep_first_contacts",
        "50 * * * *",
    )
)


@chunked(agenda_night.JOB, title=_("Tasks by rule"))
def make_tasks(job: Progress, state: dict[str, Any]) -> None:
    """Make the tasks of the nights that are due, rule by rule."""
    agenda_night.run_nights(job, state, clock.now())


def start_task_nights() -> None:
    """Start the nights of the task rules that are not made yet."""
    agenda_night.start_nights(actor=system_actor("task rules"), today=clock.today(), now=clock.now())


schedules.add(
    ScheduleSpec("customers.make_tasks", _("Make tasks by rule"), f"{__name__}.start_task_nights", "10 1 * * *")
)


@chunked(class_run.JOB, title=_("Classification of the whole book"))
def classify_book(job: Progress, state: dict[str, Any]) -> None:
    """Classify every customer for today, stretch by stretch (CUS-5)."""
    # The reader of columns is loaded in the worker that does it, not in every process.
    from keyuan.platform.mart.reading import one_moment  # noqa: PLC0415 - see above

    class_run.run_chunk(job, state, clock.now(), one_moment)


def start_classification() -> None:
    """Start the nightly classification, unless one is under way."""
    with suppress(Conflict):
        class_run.start_run(actor=system_actor("classification"))


schedules.add(
    ScheduleSpec("customers.classify", _("Classify the whole book"), f"{__name__}.start_classification", "20 0 * * *")
)


@chunked(tier_night.RATE_JOB, title=_("Tiers of customers"))
def rate_tiers(job: Progress, state: dict[str, Any]) -> None:
    """Rate the book by the service standard in force, chunk by chunk."""
    tier_night.rate_book(job, state, clock.now())


@chunked(tier_night.PREVIEW_JOB, title=_("Preview of a service standard"))
def preview_standard(job: Progress, state: dict[str, Any]) -> None:
    """Count what a draft would move between tiers."""
    tier_night.preview_edition(job, state, clock.now())


def start_tier_night() -> None:
    """Start rating the book: upgrades at once, downgrades where a membership has ended."""
    tier_night.start_rating(actor=system_actor("tiers"), on=clock.today(), now=clock.now())


schedules.add(
    ScheduleSpec("customers.rate_tiers", _("Rate customers' tiers"), f"{__name__}.start_tier_night", "40 1 * * *")
)


@chunked(quality_run.JOB, title=_("Data quality of the whole book"))
def qualify_book(job: Progress, state: dict[str, Any]) -> None:
    """Judge every record for today, stretch by stretch, add the day up and make cleansing tasks (CUS-11)."""
    # The reader of columns is loaded in the worker that does it, not in every process.
    from keyuan.platform.mart.reading import one_moment  # noqa: PLC0415 - see above

    quality_run.run_chunk(job, state, clock.now(), one_moment)


def start_quality() -> None:
    """Start judging the whole book, unless a run is under way."""
    with suppress(Conflict):
        quality_run.start_run(actor=system_actor("data quality"))


schedules.add(
    ScheduleSpec("customers.qualify", _("Judge the quality of all records"), f"{__name__}.start_quality", "50 0 * * *")
)
