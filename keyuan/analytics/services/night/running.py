"""Running a night: every step once, in order, on one copy of the book; a killed run goes on behind its last step.

ANA-1. The run of a day is one row: asked for again it changes nothing, unless it did not come to its end.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import structlog
from django.conf import settings
from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.extensions import Step, features, steps
from keyuan.analytics.models import NightRun, NightStep
from keyuan.analytics.services.night.engines import chosen
from keyuan.analytics.services.night.profiling import look
from keyuan.analytics.services.night.work import Night, step_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import KeyuanError, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.mart import reading
from keyuan.platform.mart.building import build
from keyuan.platform.mart.extracts import extracts
from keyuan.platform.mart.shelf import Snapshot, lone, snapshot_of, snapshots
from keyuan.platform.subjects import Subject

EXTRACT = "extract"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a run speaks and reads: ``say(label, done, total)``, a clock for moments, and the mart's own moment."""

    say: Callable[[Any, int, int], object]
    now: Callable[[], datetime]
    moment: Callable[[], AbstractContextManager[Any]] = reading.one_moment


def run_night(*, actor: Actor, day: date, ways: Ways, again: bool = False) -> NightRun:
    """Run the night of ``day`` to its end and return it; one that is through is returned as it is.

    ``again`` does every step anew, on the same copy of the book. Raises Refused ``night.busy`` while another run is
    under way, ``mart.future`` for a day to come, ``night.no_snapshot`` for a day past of which no copy is kept.
    """
    actor.require(permissions.RUN)
    with alone():
        run = _opened(actor, day, ways)
        if run.status == NightRun.Status.DONE and not again:
            return run
        if again:
            run.steps.all().delete()
        return _run(run, actor, ways)


@contextmanager
def alone() -> Iterator[None]:
    """Be the only night under way. Raises Refused ``night.busy``."""
    folder = Path(settings.VAR_DIR) / "analytics"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lone(folder / ".lock", "night.busy"):
        yield


def is_busy() -> bool:
    """Tell whether a night is under way on this machine."""
    try:
        with alone():
            return False
    except Refused:
        return True


def plan() -> list[Step]:
    """Return the steps behind the extract, in order: what makes tables, and what contexts hung in."""
    found = [*(step_of(feature) for feature in features), *steps]
    return sorted(found, key=lambda step: step.order)


def _opened(actor: Actor, day: date, ways: Ways) -> NightRun:
    known = NightRun.objects.filter(day=day).first()
    if known is not None:
        return known
    now = ways.now()
    return NightRun.objects.create(day=day, engine=settings.ANALYTICS, started_at=now, started_by=actor.name[:40])


def _run(run: NightRun, actor: Actor, ways: Ways) -> NightRun:
    run.status, run.engine, run.fault, run.finished_at = NightRun.Status.RUNNING, settings.ANALYTICS, "", None
    run.save()
    try:
        snapshot = _extract(run, ways)
        for place, step in enumerate(plan(), 1):
            say = partial(ways.say, step.label)
            night = Night(run.day, snapshot, chosen(), actor, ways.now(), say, ways.moment)
            _do(run, night, step, place)
    except BaseException as error:
        _fail(run, error, ways)
        raise
    _close(run, actor, ways)
    return run


def _extract(run: NightRun, ways: Ways) -> Snapshot:
    """Return the copy of the book that this run reads: the one it began with, that of its day, or a new one."""
    pinned = next((one for one in snapshots() if one.folder.name == run.snapshot), None)
    kept = pinned or snapshot_of(run.day)
    found = kept if kept and fits(kept) else _build(run.day, ways)
    if found.folder.name != run.snapshot:
        # Of another copy nothing made so far holds.
        run.steps.all().delete()
        run.snapshot, run.as_of = found.folder.name, found.as_of
        run.save()
    tables = {name: {"rows": rows, "columns": {}} for name, rows in found.rows.items()}
    facts = {"seconds": found.seconds, "rows_out": sum(found.rows.values()), "tables": tables}
    known = {"place": 0, "status": NightStep.Status.DONE, "started_at": found.as_of}
    NightStep.objects.update_or_create(run=run, key=EXTRACT, defaults={**known, **facts})
    return found


def fits(snapshot: Snapshot) -> bool:
    """Tell whether a copy has every table and column of this version: one of an older version may lack some."""
    wanted = {extract.key: set(extract.columns) for extract in extracts}
    return all(
        key in snapshot.rows and columns <= set(pq.read_schema(snapshot.path(key)).names)
        for key, columns in wanted.items()
    )


def _build(day: date, ways: Ways) -> Snapshot:
    today = ways.now().date()
    if day != today:
        raise Refused("mart.future" if day > today else "night.no_snapshot", day=day.isoformat())
    # The copy knows its tables only one by one: the bar moves with each.
    return build(day=day, now=ways.now(), moment=ways.moment, say=lambda key, _rows: ways.say(key, 1, 1))


def _do(run: NightRun, night: Night, step: Step, place: int) -> None:
    """Do ``step`` unless it is done and what it made still stands."""
    known = NightStep.objects.filter(run=run, key=step.key).first()
    if known and known.status == NightStep.Status.DONE and all(night.made(name).exists() for name in known.tables):
        return
    begun = time.monotonic()
    facts = {"place": place, "status": NightStep.Status.RUNNING, "started_at": night.now}
    row, _new = NightStep.objects.update_or_create(run=run, key=step.key, defaults=facts)
    done = step.run(night)
    before = _tables_before(run)
    row.tables = {name: look(night.made(name), before.get(name)) for name in done.tables}
    row.reads, row.rows_in, row.rows_out, row.changed = list(done.reads), done.rows_in, done.rows_out, done.changed
    row.status, row.seconds = NightStep.Status.DONE, round(time.monotonic() - begun, 2)
    row.save()
    night.say(1, 1)
    log.info("night.step", step=step.key, rows=done.rows_out, changed=done.changed, seconds=row.seconds)


def _tables_before(run: NightRun) -> dict[str, Any]:
    """Return what the last finished night before ``run`` kept of its tables."""
    last = NightRun.objects.filter(day__lt=run.day, status=NightRun.Status.DONE).order_by("-day").first()
    rows = last.steps.exclude(key=EXTRACT).values_list("tables", flat=True) if last else []
    return {name: facts for tables in rows for name, facts in tables.items()}


def _fail(run: NightRun, error: BaseException, ways: Ways) -> None:
    """Keep that the run stopped, and at what; never the text of an error, which may hold values."""
    run.steps.filter(status=NightStep.Status.RUNNING).update(status=NightStep.Status.FAILED)
    run.status, run.finished_at = NightRun.Status.FAILED, ways.now()
    run.fault = error.code if isinstance(error, KeyuanError) else type(error).__name__
    run.save()


def _close(run: NightRun, actor: Actor, ways: Ways) -> None:
    now = ways.now()
    run.status, run.finished_at = NightRun.Status.DONE, now
    with transaction.atomic():
        run.save()
        changed = sum(run.steps.values_list("changed", flat=True))
        after = {"day": run.day.isoformat(), "engine": run.engine, "changed": changed}
        record(actor, Action.UPDATE, Subject("night", run.pk), after=after, now=now)
    log.info("night.done", day=run.day.isoformat(), engine=run.engine, changed=changed)
