"""Backups: the drill report, one run with its copies, back up now, verify now (PLT-12)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.kernel.errors import Refused
from keyuan.platform import clock, formats
from keyuan.platform.backup.asking import ask
from keyuan.platform.backup.listing import COPY_STATES, STATES, access_backup, copies_of
from keyuan.platform.backup.report import DrillReport, drill_report
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.models.backup_run import BackupCopy, BackupRun
from keyuan.platform.permissions import BACKUP_MANAGE
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code


@require_safe
@allow(BACKUP_MANAGE)
def backup_drill(request: StaffRequest) -> HttpResponse:
    """How a restore would go, as far as it was tried."""
    now = clock.wall()
    report = drill_report(now)
    context = {
        "report": report,
        "facts": _facts(report),
        "warnings": [say_code(code) for code in report.warnings],
        "places": [(place, _copy(place.last), _copy(place.proven)) for place in report.places],
        "running": _run(report.running) if report.running else None,
    }
    return page(request, "backup/drill.html", context, part="report")


def _facts(report: DrillReport) -> list[dict[str, Any]]:
    hours = round(report.age.total_seconds() / 3600) if report.age else None
    late = "text-bad" if report.is_late else ""
    return [
        {"label": _("Last proven backup"), "value": report.last_name, "css": late},
        {"label": _("Age of its data (hours)"), "value": formats.number(hours), "css": late},
        {
            "label": _("Restoring and comparing took (s)"),
            "value": formats.number(round(report.restore_seconds) or None),
        },
        {"label": _("Backing up took (s)"), "value": formats.number(round(report.backup_seconds) or None)},
        {"label": _("Book"), "value": filesizeformat(report.plain_bytes) if report.plain_bytes else None},
        {"label": _("Sealed"), "value": filesizeformat(report.stored_bytes) if report.stored_bytes else None},
        {"label": _("Files"), "value": filesizeformat(report.file_bytes) if report.last_name else None},
    ]


def _run(run: BackupRun) -> dict[str, Any]:
    word, tone = STATES[run.state]
    error = say_code(run.error, run.error_params) if run.error else ""
    return {"run": run, "word": word, "tone": tone, "error": error}


def _copy(copy: BackupCopy | None) -> dict[str, Any] | None:
    if copy is None:
        return None
    word, tone = COPY_STATES[copy.state]
    return {
        "copy": copy,
        "word": word,
        "tone": tone,
        "error": say_code(copy.error, copy.error_params) if copy.error else "",
        "checks": [say_code(f"backup.check.{check['key']}", _shown(check)) for check in copy.checks],
        "sent": filesizeformat(copy.sent_bytes),
    }


def _shown(check: dict[str, Any]) -> dict[str, Any]:
    return {key: formats.number(value) if isinstance(value, int) else value for key, value in check.items()}


@require_safe
@allow(BACKUP_MANAGE)
def backup_run(request: StaffRequest, run_id: int) -> HttpResponse:
    """One run with its copies and what was proven of each; asks again while it runs."""
    run = access_backup(request.actor, run_id)
    context = {
        **_run(run),
        "is_open": run.state == BackupRun.State.RUNNING,
        "copies": [_copy(copy) for copy in copies_of(request.actor, run)],
        "facts": [
            {"label": _("Begun"), "value": formats.moment(run.started_at)},
            {"label": _("Took (s)"), "value": formats.number(round(run.seconds)) if run.finished_at else None},
            {"label": _("Tables"), "value": formats.number(run.tables)},
            {"label": _("Rows"), "value": formats.number(run.rows)},
            {"label": _("Book"), "value": filesizeformat(run.plain_bytes)},
            {"label": _("Sealed"), "value": filesizeformat(run.stored_bytes)},
            {"label": _("Files"), "value": f"{formats.number(run.file_count)} ({filesizeformat(run.file_bytes)})"},
        ],
    }
    return page(request, "backup/run.html", context, part="run")


def _asked(request: StaffRequest, act: str, said: str) -> HttpResponse:
    try:
        ask(actor=request.actor, act=act, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, say_code(said))
    return redirect("platform:backup-drill")


@require_POST
@allow(BACKUP_MANAGE)
def backup_now(request: StaffRequest) -> HttpResponse:
    """Start a backup."""
    return _asked(request, "back_up", "backup.asked")


@require_POST
@allow(BACKUP_MANAGE)
def backup_verify(request: StaffRequest) -> HttpResponse:
    """Prove the newest copies again."""
    return _asked(request, "verify", "backup.asked_verify")
