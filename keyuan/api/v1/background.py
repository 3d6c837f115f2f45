"""Background work: one's own jobs, the timetable, notices (PLT-10, PLT-11)."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Flag, OneOf
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.platform import clock, jobs
from keyuan.platform.http import SIGNED_IN
from keyuan.platform.jobs import overview
from keyuan.platform.jobs.timetable import access_schedule, edit_schedule, run_now
from keyuan.platform.models import Notice, ScheduledTask, TrackedJob
from keyuan.platform.notices import mark_all_read, mark_read, notices_visible_to
from keyuan.platform.permissions import JOBS_MANAGE, JOBS_VIEW
from keyuan.platform.wording import say_code

router = Resource("Background work")
ACTS = {"pause": jobs.pause_job, "resume": jobs.resume_job, "retry": jobs.retry_job, "cancel": jobs.cancel_job}
SHOWN = 100
JOB_COLUMNS = ("id", "kind", "status", "done", "total", "created_at", "started_at", "finished_at")
TASK_COLUMNS = ("key", "cron", "is_active", "next_at", "last_at")
Key = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9_.-]+$")]


class JobOut(Out):
    """One piece of watched work; ``total`` is null while it is unknown."""

    id: int
    kind: str
    title: str
    status: str
    done: int
    total: int | None
    percent: int | None
    message: str
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Jobs(Out):
    """Jobs that may still move, then those that ended, the newest first; 50 of each."""

    open: list[JobOut]
    ended: list[JobOut]


class JobAct(In):
    """What to do with a job."""

    act: Annotated[str, OneOf(ACTS, empty=False)]


class ScheduleOut(Out):
    """An entry of the timetable; ``cron`` in Beijing time."""

    key: str
    label: str
    cron: str
    is_active: bool
    next_at: datetime
    last_at: datetime | None


class Schedules(Out):
    """The timetable, the next entry first."""

    rows: list[ScheduleOut]


class ScheduleChange(In):
    """When an entry runs."""

    cron: Annotated[str, Field(min_length=9, max_length=60)]
    is_active: Flag = True


class NoticeOut(Out):
    """A notice to the client, worded in its language."""

    id: int
    kind: str
    code: str
    text: str
    created_at: datetime
    read_at: datetime | None


class Notices(Out):
    """The newest notices, at most 100."""

    rows: list[NoticeOut]


def job_out(job: TrackedJob) -> dict[str, Any]:
    """Return a job with its words."""
    view = overview.seen(job)
    words = {"title": view.title, "message": view.message, "error": view.error, "percent": job.percent}
    return {name: getattr(job, name) for name in JOB_COLUMNS} | words


def schedule_out(view: overview.ScheduleView) -> dict[str, Any]:
    """Return an entry of the timetable."""
    return {name: getattr(view.task, name) for name in TASK_COLUMNS} | {"label": str(view.label)}


def one_schedule(task: ScheduledTask) -> dict[str, Any]:
    """Return the entry ``task`` with its words."""
    return schedule_out(next(view for view in overview.timetable() if view.task.key == task.key))


def notice_out(notice: Notice) -> dict[str, Any]:
    """Return a notice in words."""
    names = ("id", "kind", "code", "created_at", "read_at")
    return {name: getattr(notice, name) for name in names} | {"text": say_code(notice.code, notice.params)}


@router.get("/jobs", JOBS_VIEW, Jobs)
def list_jobs(request: ApiRequest) -> Any:
    """List the client's own jobs; with the permission to manage jobs everybody's."""
    views = {"open": overview.open_jobs(request.actor), "ended": overview.ended_jobs(request.actor)}
    return {name: [job_out(view.job) for view in found] for name, found in views.items()}


@router.get("/jobs/{int:job_id}", JOBS_VIEW, JobOut)
def get_job(request: ApiRequest, job_id: RowId) -> Any:
    """Get a job with its progress."""
    return job_out(jobs.access_job(request.actor, job_id))


@router.post("/jobs/{int:job_id}/act", JOBS_VIEW, JobOut, status=200)
def act_on_job(request: ApiRequest, job_id: RowId, body: JobAct) -> Any:
    """Pause a job, let it go on, retry it from its last step, or cancel it; what it did stands."""
    return job_out(ACTS[body.act](actor=request.actor, job_id=job_id))


@router.get("/timetable", JOBS_MANAGE, Schedules)
def list_schedules(request: HttpRequest) -> Any:
    """List what runs by the clock."""
    del request
    return {"rows": [schedule_out(view) for view in overview.timetable()]}


@router.put("/timetable/{str:key}", JOBS_MANAGE, ScheduleOut)
def change_schedule(request: ApiRequest, key: Key, body: ScheduleChange) -> Any:
    """Change when an entry of the timetable runs."""
    return one_schedule(edit_schedule(actor=request.actor, key=key, now=clock.now(), **body.model_dump()))


@router.post("/timetable/{str:key}/run", JOBS_MANAGE, ScheduleOut, status=202)
def run_schedule(request: ApiRequest, key: Key) -> Any:
    """Run an entry of the timetable at once."""
    run_now(actor=request.actor, key=key)
    return one_schedule(access_schedule(request.actor, key))


@router.get("/notices", SIGNED_IN, Notices)
def list_notices(request: ApiRequest) -> Any:
    """List the notices to the client."""
    return {"rows": [notice_out(notice) for notice in notices_visible_to(request.actor)[:SHOWN]]}


@router.post("/notices/{int:notice_id}/read", SIGNED_IN, NoticeOut, status=200)
def read_notice(request: ApiRequest, notice_id: RowId) -> Any:
    """Mark a notice as read."""
    return notice_out(mark_read(actor=request.actor, notice_id=notice_id, now=clock.now()))


@router.post("/notices/read", SIGNED_IN, None, status=204)
def read_all_notices(request: ApiRequest) -> None:
    """Mark all notices to the client as read."""
    mark_all_read(actor=request.actor, now=clock.now())
