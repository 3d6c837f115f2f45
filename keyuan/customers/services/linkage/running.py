"""The job of the linkage: extract, link in another process, store, tidy; once killed it goes on (CUS-8)."""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.drivers.linkage.book import OPTIONS, PAIRS, REPORT, only_one
from keyuan.customers.models import DuplicatePair
from keyuan.customers.selectors.merging.linkage_runs import JOB
from keyuan.customers.services.linkage.extracting import write_part
from keyuan.customers.services.merging.pairs import CHUNK, FoundPair, drop_stale_pairs, store_pairs
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.locks import hold
from keyuan.platform.models import TrackedJob

_POLL_SECONDS = 0.5
_MOST_STARTS = 3
#: What of the report a run keeps: figures of the model, nothing of a person.
FIGURES = ("candidate_pairs", "thresholds", "expected", "other_thresholds", "prior", "model", "seconds")


def start_linkage(*, actor: Actor) -> TrackedJob:
    """Start the linkage of the whole book. Raises Conflict linkage.running while one is under way."""
    actor.require(permissions.MERGE_BULK)
    with transaction.atomic():
        # Two who press the button at once: the second waits here and finds the first one's job.
        hold("customers.linkage")
        if TrackedJob.objects.filter(kind=JOB, status__in=TrackedJob.OPEN).exists():
            raise Conflict("linkage.running")
        job = start_tracked(actor, JOB)
        record(actor, Action.CREATE, Subject("job", job.pk), detail={"kind": JOB}, now=job.created_at)
    return job


def run_linkage(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next part of the linkage: its stages are extract, link, store, tidy."""
    folder = home() / str(job.id)
    stages = {"extract": _extract, "link": _link, "store": _store, "tidy": _tidy}
    while job.time_left():
        stages[state.get("stage", "extract")](job, folder, now)


def _groups(report: dict[str, Any], people: int) -> int:
    """Return how many persons have two records or more: those of one record each are the rest."""
    return int(report["persons"]) - (people - int(report.get("records_in_groups", 0)))


def home() -> Path:
    """Return the folder of all runs, open to the system's account alone."""
    folder = Path(settings.VAR_DIR) / "linkage"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _extract(job: Progress, folder: Path, _now: datetime) -> None:
    if "after" not in job.state:
        _remove_others(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    count, last = write_part(folder, job.state.get("after", 0))
    with job.step() as state:
        state["after"], state["people"] = last, state.get("people", 0) + count
        job.advance(count)
        if not count:
            state["stage"] = "link"


def _remove_others(folder: Path) -> None:
    """Delete what runs that were cancelled left behind."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other.name.isdigit() and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _link(job: Progress, folder: Path, _now: datetime) -> None:
    """Wait for the process that links; start it where none runs, also after its death."""
    if not job.state.get("people"):
        _go(job, "tidy")
        return
    if (folder / REPORT).exists():
        _go(job, "store")
        return
    if not _is_running(folder):
        with job.step() as state:
            state["starts"] = state.get("starts", 0) + 1
        if job.state["starts"] > _MOST_STARTS:
            raise Refused("linkage.died")
        _start(folder)
    while job.time_left() and not (folder / REPORT).exists() and _is_running(folder, wait=True):
        continue


def _go(job: Progress, stage: str) -> None:
    with job.step() as state:
        state["stage"] = stage


def _is_running(folder: Path, *, wait: bool = False) -> bool:
    if wait:
        time.sleep(_POLL_SECONDS)
    with only_one(folder) as free:
        return not free


def _start(folder: Path) -> None:
    options = {
        "memory_limit": f"{settings.DUCKDB_MB}MB",
        "threads": settings.DUCKDB_THREADS,
        "engine": settings.LINKAGE_ENGINE,
        "review_threshold": settings.LINKAGE_REVIEW,
        "sure": settings.LINKAGE_SURE,
    }
    (folder / OPTIONS).write_text(json.dumps(options), encoding="utf-8")
    # A session of its own: a worker that is told to end does not take it along.
    command = [sys.executable, "-m", "keyuan.customers.drivers.linkage.book", str(folder)]
    child = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program
    # It is ours to wait for as long as this process lives; until it holds its lock nobody else may start one.
    while child.poll() is None and not _is_running(folder, wait=True):
        continue


def _store(job: Progress, folder: Path, now: datetime) -> None:
    """Write the next pairs; a chunk that was written twice changes nothing."""
    start = job.state.get("stored", 0)
    table = pq.read_table(folder / PAIRS).slice(start, CHUNK)
    rows = table.to_pylist()
    found = [
        FoundPair(row["a"], row["b"], row["weight"], row["probability"], row["band"], json.loads(row["levels"]))
        for row in rows
    ]
    result = store_pairs(found, now=now, source=DuplicatePair.Source.LINKAGE, run_id=job.id)
    with job.step() as state:
        state["stored"] = start + len(rows)
        state["new"] = state.get("new", 0) + result.new
        state["bands"] = dict(Counter(state.get("bands") or {}) + Counter(row["band"] for row in rows))
        if len(rows) < CHUNK:
            state["stage"] = "tidy"


def _tidy(job: Progress, folder: Path, _now: datetime) -> None:
    """Drop the open pairs that this run did not find again, then the files."""
    dropped = drop_stale_pairs(run_id=job.id)
    with job.step() as state:
        state["dropped"] = state.get("dropped", 0) + dropped
        if dropped:
            return
        report = json.loads((folder / REPORT).read_text(encoding="utf-8")) if (folder / REPORT).exists() else {}
        expected = report.get("expected", {})
        job.finish(
            people=state.get("people", 0),
            pairs=state.get("stored", 0),
            new=state.get("new", 0),
            dropped=state["dropped"],
            precision=expected.get("precision"),
            recall=expected.get("recall"),
            threshold=report.get("thresholds", {}).get("link"),
            bands=state.get("bands", {}),
            figures={name: report[name] for name in FIGURES if name in report}
            | {"groups": report.get("persons", 0) and _groups(report, state.get("people", 0))},
        )
    shutil.rmtree(folder, ignore_errors=True)
