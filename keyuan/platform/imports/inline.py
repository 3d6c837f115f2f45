"""An import worked off by the calling process, through the same steps as in the background."""

import threading
import time
from typing import TextIO

from django.core.management.base import OutputWrapper
from django.db import connection

from keyuan.platform.jobs.here import work_off
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.models.tracked_job import TrackedJob

POLL_SECONDS = 1.0
LINE_SECONDS = 10.0
BAR = 30


def run_here(import_job: ImportJob, out: TextIO | OutputWrapper) -> TrackedJob:
    """Do the import's job in this process until it has ended, showing progress on ``out``.

    A worker that takes a chunk first is waited for: each is done once, whoever does it.
    """
    job = import_job.job
    if job is None:
        raise ValueError("the import was not started")
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(job.pk, out, stop), daemon=True)
    watcher.start()
    try:
        work_off(job)
    finally:
        stop.set()
        watcher.join()
    return job


def _watch(job_id: int, out: TextIO | OutputWrapper, stop: threading.Event) -> None:
    is_terminal = bool(out.isatty())
    said = -LINE_SECONDS
    try:
        while not stop.wait(POLL_SECONDS):
            job = TrackedJob.objects.filter(pk=job_id).only("done", "total").first()
            if job is None or not job.total:
                continue
            if is_terminal:
                filled = BAR * job.done // job.total
                out.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {job.done:,} / {job.total:,}", ending="")  # type: ignore[call-arg]  # Django's
                out.flush()
            elif time.monotonic() - said >= LINE_SECONDS:
                said = time.monotonic()
                out.write(f"{job.done} / {job.total}")
        if is_terminal:
            out.write("")
    finally:
        connection.close()
