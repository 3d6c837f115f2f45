"""Privacy in the background: what stands outside the database, the retention run, due requests (PLT-8)."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.selectors.privacy.requests import due_until, unfinished_erasures
from keyuan.contact.services.privacy import copying, erasing, retention, returning
from keyuan.platform import clock, people
from keyuan.platform.clocks.timetables import calendar_in_force
from keyuan.platform.jobs import Progress, ScheduleSpec, TrackedJob, chunked, schedules, tracked
from keyuan.platform.notices import notify_staff

#: Working days before the due day on which people are reminded.
REMIND = (3, 1, 0)


def finish_erasure(erasure_id: int) -> bool:
    """Reach files and snapshots of one erasure."""
    return erasing.finish_outside(erasure_id, clock.now())


def finish_erasures() -> int:
    """Reach what a lost job left, a hundred erasures at most."""
    return sum(erasing.finish_outside(pk, clock.now()) for pk in unfinished_erasures())


def _request_of(job: TrackedJob) -> str:
    return reverse("contact:privacy-request", args=[job.kwargs["request_id"]])


def take_out_again() -> int:
    """Take out again whom a restored backup brought back."""
    return returning.take_out_again(clock.now())


@tracked(copying.JOB, title=_("Copy for privacy request %(number)s"), url=_request_of)
def copy_data(job: Progress, request_id: int) -> dict[str, int]:
    """Make the copy of a request, part by part; killed, it begins again and replaces what it left."""

    def told(done: int, total: int) -> None:
        with job.step():
            job.set_total(total)
            job.done = done

    kept = copying.make_copy(actor=job.actor, request_id=request_id, now=clock.now(), told=told)
    return {"file": kept.pk}


def expire_copies() -> int:
    """Delete the copies whose days are over, a hundred at most."""
    return copying.expire_copies(now=clock.now())


@chunked(retention.RUN, title=_("Look for records whose term is over"))
def run_retention(job: Progress, state: dict[str, Any]) -> None:
    """Walk through the record types, chunk by chunk; killed, it goes on after the last committed chunk."""
    keys = retention.steps_of()
    while job.time_left():
        with job.step():
            number = state.get("number", 0)
            if number >= len(keys):
                retention.end_run(job.kwargs["run_id"], clock.now())
                job.finish()
                return
            after, more = retention.run_step(
                job.kwargs["run_id"], keys[number], state.get("after", 0), clock.today(), clock.now()
            )
            state["number"], state["after"] = (number, after) if more else (number + 1, 0)
            job.advance(1)


def run_nightly() -> None:
    """Make the nightly run: it counts, and takes out only where a term is switched on."""
    retention.start_run(actor=retention.RUNNER, is_dry=False, now=clock.now())


def remind_due() -> int:
    """Remind whoever works on requests that are due soon or over."""
    today, calendar, count = clock.today(), calendar_in_force(), 0
    for row in due_until(today + timedelta(days=10)):
        left = rules.working_days_left(today, row.due_on, calendar)
        if left not in REMIND and left >= 0:
            continue
        readers = [row.user_id] if row.user_id else people.holders_of(permissions.PRIVACY_ERASE)
        params = {"number": row.number, "day": row.due_on.isoformat()}
        notify_staff(readers, "task", "privacy.due", params, url=f"/contact/privacy/{row.pk}/", now=clock.now())
        count += 1
    return count


schedules.add(
    ScheduleSpec(
        "privacy.erasures", _("Reach files and snapshots of erasures"), f"{__name__}.finish_erasures", "*/10 * * * *"
    )
)
schedules.add(
    ScheduleSpec("privacy.copies", _("Delete copies whose days are over"), f"{__name__}.expire_copies", "40 * * * *")
)
schedules.add(
    ScheduleSpec(
        "privacy.returned", _("Take out again whom a backup brought back"), f"{__name__}.take_out_again", "20 * * * *"
    )
)
schedules.add(
    ScheduleSpec("privacy.retention", _("Look for records whose term is over"), f"{__name__}.run_nightly", "10 3 * * *")
)
schedules.add(
    ScheduleSpec("privacy.due", _("Remind of privacy requests that are due"), f"{__name__}.remind_due", "0 8 * * *")
)
