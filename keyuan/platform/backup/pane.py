"""Backups on the system page and among its figures."""

from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.backup.listing import COPY_STATES
from keyuan.platform.backup.report import DrillReport, PlaceReport, drill_report
from keyuan.platform.operations import Fact, Panel, SystemGauge, SystemPanel, system_gauges, system_panels
from keyuan.platform.permissions import BACKUP_MANAGE
from keyuan.platform.wording import say_code


def pane(actor: Actor, now: datetime) -> Panel:
    """Return the last proven backup, its age and how long a restore would take."""
    report = drill_report(now)
    facts = [
        Fact(_("Last proven backup"), formats.moment(report.last_verified_at)),
        Fact(_("Age of its data (hours)"), formats.number(_hours(report)), "bad" if report.is_late else ""),
        Fact(_("Restoring and comparing took (s)"), formats.number(round(report.restore_seconds) or None)),
        Fact(_("Sealed"), filesizeformat(report.stored_bytes) if report.last_name else formats.MISSING),
        *(_copy(place) for place in report.places),
    ]
    tone, state = _verdict(report)
    url = reverse("platform:backup-drill") if actor.may(BACKUP_MANAGE) else ""
    return Panel(facts, tone, state, url, _("Drill report"))


def _hours(report: DrillReport) -> int | None:
    return round(report.age.total_seconds() / 3600) if report.age else None


def _copy(place: PlaceReport) -> Fact:
    if place.last is None:
        return Fact(place.name, formats.MISSING, "bad")
    word, tone = COPY_STATES[place.last.state]
    return Fact(place.name, word, "ok" if tone == "ok" else "bad")


def _verdict(report: DrillReport) -> tuple[str, str]:
    if report.is_late:
        return "bad", say_code(report.warnings[0]) if report.warnings else _("The last proven backup is too old")
    if report.warnings:
        return "warn", say_code(report.warnings[0])
    return "ok", str(COPY_STATES["verified"][0])


def age_seconds(now: datetime) -> float | None:
    """Return the age of the newest proven backup's data; None when there is none."""
    age = drill_report(now).age
    return age.total_seconds() if age else None


def register() -> None:
    """Put up the card and the figure."""
    system_panels.add(SystemPanel("backup", gettext_lazy("Backups"), pane, 40))
    system_gauges.add(
        SystemGauge("backup_age_seconds", "Age of the data of the newest backup proven by a restore.", age_seconds)
    )
