"""Background work: running, waiting, failed, next; pause, retry, cancel; the timetable (PLT-10)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.events.dispatcher import retry_parked
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs import access_job, cancel_job, overview, pause_job, resume_job, retry_job
from keyuan.platform.jobs.runner import dismiss_failed, retry_failed
from keyuan.platform.jobs.timetable import access_schedule, edit_schedule, run_now
from keyuan.platform.models.tracked_job import TrackedJob
from keyuan.platform.permissions import JOBS_MANAGE, JOBS_VIEW
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


@require_safe
@allow(JOBS_VIEW)
def jobs(request: StaffRequest) -> HttpResponse:
    """One's own jobs; for those who manage them everybody's, with queue, failures and timetable."""
    actor = request.actor
    context: dict[str, Any] = {"open": overview.open_jobs(actor), "ended": overview.ended_jobs(actor)}
    if actor.may(JOBS_MANAGE):
        context["machinery"] = overview.machinery()
    return page(request, "jobs/jobs.html", context, part="overview")


@require_safe
@allow(JOBS_VIEW)
def job_detail(request: StaffRequest, job_id: int) -> HttpResponse:
    """One job with its progress; asks again while the job may still move."""
    view = overview.seen(access_job(request.actor, job_id))
    return page(request, "jobs/job.html", {"view": view, "job": view.job}, part="progress")


def _act(request: StaffRequest, job_id: int, act: Callable[..., TrackedJob], said: str) -> HttpResponse:
    try:
        act(actor=request.actor, job_id=job_id)
    except NotFound:
        raise
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    return redirect("platform:job", job_id=job_id)


@require_POST
@allow(JOBS_VIEW)
def job_pause(request: StaffRequest, job_id: int) -> HttpResponse:
    """Let a job rest after its present step."""
    return _act(request, job_id, pause_job, _("The job is paused"))


@require_POST
@allow(JOBS_VIEW)
def job_resume(request: StaffRequest, job_id: int) -> HttpResponse:
    """Let a paused job go on."""
    return _act(request, job_id, resume_job, _("The job goes on"))


@require_POST
@allow(JOBS_VIEW)
def job_retry(request: StaffRequest, job_id: int) -> HttpResponse:
    """Let a failed job go on from its last committed step."""
    return _act(request, job_id, retry_job, _("The job goes on from its last step"))


@require_POST
@allow(JOBS_VIEW)
def job_cancel(request: StaffRequest, job_id: int) -> HttpResponse:
    """End a job; what it did stands."""
    return _act(request, job_id, cancel_job, _("The job is cancelled"))


@require_POST
@allow(JOBS_MANAGE)
def failed_retry(request: StaffRequest, failed_id: int) -> HttpResponse:
    """Put a parked job back into the queue."""
    return _answered(request, done=retry_failed(failed_id), said=_("The job is in the queue again"))


@require_POST
@allow(JOBS_MANAGE)
def failed_dismiss(request: StaffRequest, failed_id: int) -> HttpResponse:
    """Forget a parked job."""
    done = dismiss_failed(actor=request.actor, failed_id=failed_id, now=clock.now())
    return _answered(request, done=done, said=_("The failed job was dismissed"))


@require_POST
@allow(JOBS_MANAGE)
def parked_retry(request: StaffRequest, outbox_id: int) -> HttpResponse:
    """Deliver a parked event again."""
    return _answered(request, done=retry_parked(outbox_id), said=_("The event will be delivered again"))


def _answered(request: StaffRequest, *, done: bool, said: str) -> HttpResponse:
    toast(request, said if done else _("Somebody else dealt with it already"), failed=not done)
    return redirect("platform:jobs")


class ScheduleForm(forms.Form):
    """When an entry of the timetable runs."""

    cron = forms.CharField(
        label=gettext_lazy("Rule"),
        max_length=60,
        help_text=gettext_lazy(
            "Minute, hour, day, month, weekday, in Beijing time: 30 2 * * 1-5 is 02:30 on weekdays."
        ),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Runs by the clock"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(JOBS_MANAGE)
def schedule(request: StaffRequest, key: str) -> HttpResponse:
    """Change when an entry of the timetable runs."""
    task = access_schedule(request.actor, key)
    form = ScheduleForm(request.POST or None, initial={"cron": task.cron, "is_active": task.is_active})
    if request.method == "POST" and form.is_valid() and _saved(form, request.actor, key):
        toast(request, _("The timetable was changed"))
        return redirect("platform:jobs")
    view = next(view for view in overview.timetable() if view.task.key == key)
    return page(request, "jobs/schedule.html", {"view": view, "form": form}, status=422 if form.errors else 200)


def _saved(form: ScheduleForm, actor: Actor, key: str) -> bool:
    try:
        edit_schedule(actor=actor, key=key, now=clock.now(), **form.cleaned_data)
    except Refused as error:
        form.add_error(error.field, say(error))
        return False
    return True


@require_POST
@allow(JOBS_MANAGE)
def schedule_run(request: StaffRequest, key: str) -> HttpResponse:
    """Run an entry of the timetable at once."""
    try:
        run_now(actor=request.actor, key=key)
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("It is in the queue"))
    return redirect("platform:jobs")
