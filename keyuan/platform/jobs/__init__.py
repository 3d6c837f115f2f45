"""Work in the background: a durable queue, watched jobs in chunks, a timetable (PLT-10, decision 8)."""

from keyuan.platform.jobs.kinds import chunked, job_kinds, tracked
from keyuan.platform.jobs.progress import Interrupted, Progress
from keyuan.platform.jobs.queue import enqueue
from keyuan.platform.jobs.retry import TryLater
from keyuan.platform.jobs.timetable import ScheduleSpec, schedules
from keyuan.platform.jobs.tracking import (
    access_job,
    cancel_job,
    jobs_visible_to,
    pause_job,
    resume_job,
    retry_job,
    start_tracked,
)
from keyuan.platform.models.tracked_job import TrackedJob

__all__ = [
    "Interrupted",
    "Progress",
    "ScheduleSpec",
    "TrackedJob",
    "TryLater",
    "access_job",
    "cancel_job",
    "chunked",
    "enqueue",
    "job_kinds",
    "jobs_visible_to",
    "pause_job",
    "resume_job",
    "retry_job",
    "schedules",
    "start_tracked",
    "tracked",
]
