"""The nightly backup, and the eye on it. The work runs in a process of its own, for it may take longer than a job."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.backup import child, ledger, workplace
from keyuan.platform.backup.config import load_plan
from keyuan.platform.backup.report import drill_report
from keyuan.platform.jobs.timetable import ScheduleSpec, schedules

NIGHTLY, WATCH = "platform.backup", "platform.backup_watch"


def back_up(person: int | None = None) -> None:
    """Start a backup, unless one runs or there is nowhere to send it."""
    if load_plan().places and not workplace.is_busy():
        child.start("backup", "now", *(("--for", str(person)) if person else ()))


def verify(person: int | None = None) -> None:
    """Start proving the newest copies again."""
    if not workplace.is_busy():
        child.start("backup", "verify", *(("--for", str(person)) if person else ()))


def watch() -> None:
    """Tell those who answer for backups when the last proven one is too old; once a day, without a plan once a week."""
    now, report = clock.wall(), drill_report(clock.wall())
    if not report.is_late:
        return
    day = timezone.localtime(now).date()
    since = day if report.places else day - timedelta(days=day.weekday())
    code = "backup.notice_old" if report.last_verified_at else "backup.notice_never"
    params = {"days": load_plan().verified_within.days}
    ledger.tell(f"{code}:{since.isoformat()}", code, params, reverse("platform:backup-list"), now)


schedules.add(ScheduleSpec(NIGHTLY, _("Back up the book"), "keyuan.platform.backup.jobs.back_up", "30 1 * * *"))
schedules.add(ScheduleSpec(WATCH, _("Watch the age of backups"), "keyuan.platform.backup.jobs.watch", "0 8 * * *"))
