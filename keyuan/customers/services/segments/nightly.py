"""The night of segments and tags, after the mart's snapshot: counts, kept lists, rules, expiry (CUS-6)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from keyuan.customers.events import CustomersChanged
from keyuan.customers.extensions import segment_fields
from keyuan.customers.models import Customer, CustomerTag, Segment, SegmentCount, TagRule
from keyuan.customers.rules.segments.resolving import columns_of
from keyuan.customers.selectors.segments.asking import current_snapshot
from keyuan.customers.selectors.segments.mart import Opening, ids_of, totals_by_branch
from keyuan.customers.selectors.segments.reading import is_over, tests_of_segment
from keyuan.customers.services.segments.keeping import JOB as KEEP
from keyuan.customers.services.segments.keeping import Ids, differences
from keyuan.customers.services.segments.tagging import BY_RULE, MODEL, RULE
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import KeyuanError, NotFound
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.mart import Snapshot, connect

JOB = "customers.segments_night"
STEP = 2_000
#: Counts of so many days are kept for the trend.
TREND_DAYS = 400
SYSTEM = system_actor("segments")
#: Fields of segments that models reckon.
SCORES = "score"
Act = Callable[[TagRule, list[int], date, datetime], int]
log = structlog.get_logger(__name__)


def work(job: Progress, state: dict[str, Any], today: date, now: datetime) -> None:
    """Do the night's work step by step: each is committed with its place in ``state`` and is harmless when repeated."""
    if "step" not in state:
        state |= {"step": "counts", "last": 0}
    while job.time_left():
        if state["step"] == "end":
            with job.step():
                job.finish()
            return
        STEPS[state["step"]](job, state, today, now)


def _on(state: dict[str, Any], step: str) -> None:
    state |= {"step": step, "last": 0}


def _live(today: date, last: int) -> QuerySet[Segment]:
    ended = Q(valid_until__lt=today)
    return Segment.objects.filter(deleted_at__isnull=True, pk__gt=last).exclude(ended).order_by("pk")


def _count(job: Progress, state: dict[str, Any], today: date, now: datetime) -> None:
    segment = _live(today, state["last"]).first()
    snapshot = current_snapshot()
    totals = _totals(snapshot, segment, now) if segment else {}
    with job.step() as kept:
        if segment is None:
            SegmentCount.objects.filter(counted_on__lt=today - timedelta(days=TREND_DAYS)).delete()
            _on(kept, "lists")
            return
        for branch_id, total in totals.items():
            SegmentCount.objects.update_or_create(
                segment=segment, branch_id=branch_id, counted_on=snapshot.day, defaults={"total": total}
            )
        kept["last"] = segment.pk
        job.advance()


def _totals(snapshot: Snapshot, segment: Segment, now: datetime) -> dict[int, int]:
    try:
        tests = tests_of_segment(segment, today=snapshot.day)
        return totals_by_branch(snapshot, tests, actor=SYSTEM, now=now)
    except KeyuanError as error:
        # One condition that can no longer be read must not stop the night of the others.
        log.warning("segments.not_counted", segment_id=segment.pk, code=error.code)
        return {}


def _keep(job: Progress, state: dict[str, Any], today: date, _now: datetime) -> None:
    dynamic = _live(today, state["last"]).filter(kind=Segment.Kind.DYNAMIC, keeps_members=True)
    segment = dynamic.first()
    with job.step() as kept:
        if segment is None:
            _on(kept, "rules")
            return
        kept["last"] = segment.pk
        try:
            owner = people.actor_of(segment.owner_id, segment.post_id, segment.owner_name)
        except NotFound:
            log.warning("segments.owner_gone", segment_id=segment.pk)
            return
        keeping = start_tracked(owner, KEEP, params={"name": segment.name}, segment_id=segment.pk)
        Segment.objects.filter(pk=segment.pk).update(job_id=keeping.pk)


def _rules(job: Progress, state: dict[str, Any], today: date, now: datetime) -> None:
    rule = TagRule.objects.filter(is_active=True, pk__gt=state["last"]).order_by("pk").first()
    if rule is None:
        with job.step() as kept:
            _on(kept, "expiry")
        return
    # Rules that rest on scores wait for the night that reckons them.
    if rests_on_scores(rule) or apply_rule(job, rule, today, now):
        with job.step() as kept:
            kept["last"] = rule.pk


def _expire(job: Progress, _state: dict[str, Any], today: date, now: datetime) -> None:
    with job.step() as kept:
        if not drop_expired(today, now):
            _on(kept, "end")


STEPS: dict[str, Callable[[Progress, dict[str, Any], date, datetime], None]] = {
    "counts": _count,
    "lists": _keep,
    "rules": _rules,
    "expiry": _expire,
}


def apply_rule(job: Progress, rule: TagRule, today: date, now: datetime) -> bool:
    """Set and withdraw a rule's tag where the newest snapshot says so; return whether all of it was done.

    Only rows that differ are written. A tag put on by hand is never touched, and counts as set.
    """
    try:
        wanted = wanted_by(rule, current_snapshot(), now)
    except KeyuanError as error:
        with job.step():
            TagRule.objects.filter(pk=rule.pk).update(last_error=error.code)
        return True
    for act, ids in changes_of(rule, wanted, today):
        while len(ids):
            if not job.time_left():
                return False
            some, ids = ids[:STEP].tolist(), ids[STEP:]
            with job.step() as kept:
                done = act(rule, some, today, now)
                _tally(kept, act.__name__, done)
                job.advance(done)
    with job.step() as kept:
        _close(rule, today, kept.pop("tally", {}))
    return True


def changes_of(rule: TagRule, wanted: Ids, today: date) -> list[tuple[Act, Ids]]:
    """Return whose tag is to be set, withdrawn and renewed, for whoever follows a rule by itself."""
    tagged = CustomerTag.objects.filter(tag_id=rule.tag_id)
    missing, _extra = differences(wanted, _ids(tagged))
    _missing, extra = differences(wanted, _ids(tagged.filter(source__in=BY_RULE)))
    stale = np.intersect1d(wanted, _ids(_stale(tagged, rule, today)), assume_unique=True)
    return [(_set, missing), (_withdraw, extra), (_renew, stale)]


def follow(rule: TagRule, wanted: Ids, today: date, now: datetime) -> int:
    """Let the tag of ``rule`` be on ``wanted``, in short transactions; return how many rows were written.

    What `apply_rule` does in the night of segments, for a night that found out by itself whom the rule means.
    """
    tally: dict[str, int] = {}
    for act, ids in changes_of(rule, wanted, today):
        for start in range(0, len(ids), STEP):
            with transaction.atomic():
                done = act(rule, ids[start : start + STEP].tolist(), today, now)
            tally[act.__name__] = tally.get(act.__name__, 0) + done
    _close(rule, today, tally)
    return sum(tally.values())


def rests_on_scores(rule: TagRule) -> bool:
    """Tell whether a rule's segment compares what models reckon: then it is set by them."""
    try:
        columns = columns_of(tests_of_segment(rule.segment, today=timezone.localdate(rule.updated_at)))
    except KeyuanError:
        return False
    return any(field.column in columns for field in segment_fields if field.group == SCORES)


def _close(rule: TagRule, today: date, tally: Mapping[str, int]) -> None:
    done = {"last_set": tally.get("_set", 0), "last_withdrawn": tally.get("_withdraw", 0)}
    TagRule.objects.filter(pk=rule.pk).update(last_run_on=today, last_error="", **done)


def _tally(kept: dict[str, Any], act: str, done: int) -> None:
    tally = dict(kept.get("tally", {}))
    tally[act] = tally.get(act, 0) + done
    kept["tally"] = tally


def wanted_by(rule: TagRule, snapshot: Snapshot, now: datetime, opening: Opening = connect) -> Ids:
    """Return whom a rule means by ``snapshot``; nobody where its segment is over. Raises what conditions raise."""
    if is_over(rule.segment, snapshot.day) or rule.segment.deleted_at is not None:
        return np.array([], dtype=np.int64)
    tests = tests_of_segment(rule.segment, today=snapshot.day)
    found = ids_of(snapshot, tests, actor=SYSTEM, now=now, opening=opening)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _ids(rows: QuerySet[CustomerTag]) -> Ids:
    ids = rows.order_by("customer_id").values_list("customer_id", flat=True)
    return np.fromiter(ids.iterator(chunk_size=20_000), dtype=np.int64)


def _stale(tagged: QuerySet[CustomerTag], rule: TagRule, today: date) -> QuerySet[CustomerTag]:
    """Return what the rule set and what has less than half of its time left."""
    if not rule.valid_days:
        return tagged.none()
    return tagged.filter(source__in=BY_RULE, expires_on__lt=today + timedelta(days=rule.valid_days // 2))


def _until(rule: TagRule, today: date) -> date | None:
    return today + timedelta(days=rule.valid_days) if rule.valid_days else None


def _set(rule: TagRule, ids: list[int], today: date, now: datetime) -> int:
    living = Customer.objects.filter(pk__in=ids, status=Customer.Status.ACTIVE).values_list("pk", flat=True)
    source = MODEL if rests_on_scores(rule) else RULE
    rows = [
        CustomerTag(
            customer_id=pk,
            tag_id=rule.tag_id,
            source=source,
            rule_id=rule.pk,
            confidence_bp=rule.confidence_bp,
            explanation=(rule.explanation or rule.segment.name)[:200],
            expires_on=_until(rule, today),
            created_at=now,
        )
        for pk in living
    ]
    CustomerTag.objects.bulk_create(rows, batch_size=STEP, ignore_conflicts=True)
    _told(rule, [row.customer_id for row in rows], {"set": len(rows)}, now)
    return len(rows)


def _withdraw(rule: TagRule, ids: list[int], _today: date, now: datetime) -> int:
    rows = CustomerTag.objects.filter(tag_id=rule.tag_id, customer_id__in=ids, source__in=BY_RULE)
    gone = sorted(rows.values_list("customer_id", flat=True))
    rows.delete()
    _told(rule, gone, {"withdrawn": len(gone)}, now)
    return len(gone)


def _renew(rule: TagRule, ids: list[int], today: date, _now: datetime) -> int:
    rows = CustomerTag.objects.filter(tag_id=rule.tag_id, customer_id__in=ids, source__in=BY_RULE)
    return rows.update(expires_on=_until(rule, today))


def _told(rule: TagRule, ids: list[int], detail: dict[str, int], now: datetime) -> None:
    """Put the step on the trail once; each customer's record says by the tag itself why it is on."""
    if not ids:
        return
    record(SYSTEM, Action.BULK, Subject("tag", rule.tag_id), detail={"rule": rule.pk, **detail}, now=now)
    for some in in_events_of(ids):
        emit(CustomersChanged(some, "TAG"))


def drop_expired(today: date, now: datetime) -> int:
    """Delete some tags past their last day, inside the caller's transaction; return how many."""
    rows = list(
        CustomerTag.objects.filter(expires_on__lt=today).order_by("expires_on")[:STEP].values_list("pk", "customer_id")
    )
    CustomerTag.objects.filter(pk__in=[pk for pk, _customer in rows]).delete()
    if rows:
        record(SYSTEM, Action.BULK, Subject("tag", 0), detail={"expired": len(rows)}, now=now)
        for some in in_events_of(sorted({customer for _pk, customer in rows})):
            emit(CustomersChanged(some, "TAG"))
    return len(rows)
