"""The platform's own cards of the system page: program, database, queue, machine, certificates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.operations import history, machine
from keyuan.platform.operations.certificates import SOON, Certificate, known_certificates
from keyuan.platform.operations.database import Database, databases
from keyuan.platform.operations.panels import Fact, Panel, SystemPanel, system_panels
from keyuan.platform.operations.state import State, read_state
from keyuan.platform.permissions import JOBS_MANAGE

#: Seconds that jobs, events and audit events may wait before the page speaks of delay.
PATIENCE = 120.0
#: Share of the disk that should be free.
ROOM = 0.1


def program(_actor: Actor, _now: datetime) -> Panel:
    """Version and running time."""
    uptime = machine.started_seconds_ago()
    return Panel([Fact(_("Version"), machine.version()), Fact(_("Running for"), long_time(uptime))], "ok", _("Serving"))


def long_time(seconds: float) -> str:
    """Return days and hours, below a day hours and minutes."""
    hours, minutes = int(seconds) // 3600, int(seconds) // 60 % 60
    if hours >= 24:
        return _("%(days)s d %(hours)s h") % {"days": hours // 24, "hours": hours % 24}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def traffic(actor: Actor, now: datetime) -> Panel:
    """How the last hour went for those who waited for pages."""
    hour = history.recent(actor, now)
    if hour is None:
        return Panel([], "off", _("Nothing was noted in the last hour"))
    times = [history.percentile(hour.buckets, share) for share in (0.5, 0.95, 0.99)]
    rate = history.error_rate(hour)
    tone, word = ("ok", _("Without trouble")) if rate < 0.1 else ("bad", _("Many errors"))
    shown = " / ".join("--" if value is None else formats.number(value) for value in times)
    facts = [
        Fact(_("Requests in the last hour"), formats.number(hour.requests)),
        Fact(_("Error rate (%)"), f"{rate:g}", "bad" if rate >= 0.1 else ""),
        Fact(_("Response time p50 / p95 / p99 (ms)"), shown),
        Fact(_("Statements for each request"), f"{hour.queries / hour.requests:.1f}" if hour.requests else "--"),
        Fact(_("Refused sign-ins"), formats.number(hour.sign_in_failures)),
        Fact(_("Open live streams (most)"), formats.number(hour.streams_most)),
    ]
    return Panel(facts, tone, word)


def database(_actor: Actor, _now: datetime) -> Panel:
    """Kind, version and size of each database."""
    found = databases()
    facts = [Fact(_("Database system"), f"{found[0].kind} {found[0].version}")]
    for one in found:
        facts += _sizes(one, named=len(found) > 1)
    return Panel(facts, "ok", _("Answers"))


def _sizes(one: Database, *, named: bool) -> list[Fact]:
    suffix = f" ({one.alias})" if named else ""
    size, waiting = _("Data size"), _("Write-ahead log")
    facts = [Fact(f"{size}{suffix}", filesizeformat(one.size))]
    if one.waiting_bytes is not None:
        facts.append(Fact(f"{waiting}{suffix}", filesizeformat(one.waiting_bytes)))
    if one.connections is not None:
        facts.append(Fact(_("Open connections"), formats.number(one.connections)))
    return facts


def queue(actor: Actor, now: datetime) -> Panel:
    """Workers, jobs, events on their way, the audit trail's sealer."""
    state = read_state(now)
    tone, word = _queue_state(state)
    facts = [
        Fact(_("Workers"), state.workers or _("none is running"), "" if state.workers else "bad"),
        Fact(_("Jobs at work"), formats.number(state.running)),
        Fact(_("Jobs waiting"), _counted(state.waiting, state.waiting_seconds), _late(state.waiting_seconds)),
        Fact(_("Jobs and events given up"), state.failed + state.parked, "bad" if state.failed + state.parked else ""),
        Fact(_("Events on their way"), _counted(state.outbox, state.outbox_seconds), _late(state.outbox_seconds)),
        Fact(
            _("Audit trail behind by"), formats.duration(round(state.unsealed_seconds)), _late(state.unsealed_seconds)
        ),
    ]
    link = reverse("platform:jobs") if actor.may(JOBS_MANAGE) else ""
    return Panel(facts, tone, word, link, _("Background jobs"))


def _queue_state(state: State) -> tuple[str, str]:
    if not state.workers:
        return "bad", _("No worker is running")
    if max(state.waiting_seconds, state.outbox_seconds, state.unsealed_seconds) > PATIENCE:
        return "warn", _("Behind")
    return ("warn", _("Something was given up")) if state.failed or state.parked else ("ok", _("Keeping up"))


def _late(seconds: float) -> str:
    return "warn" if seconds > PATIENCE else ""


def _counted(number: int, seconds: float) -> str:
    oldest = formats.duration(round(seconds))
    return _("%(number)s, the oldest for %(time)s") % {"number": number, "time": oldest} if number else "0"


def this_machine(_actor: Actor, _now: datetime) -> Panel:
    """Disk and memory of the machine that made this page."""
    disk, memory = machine.disk(), machine.memory()
    facts, low = [Fact(_("Machine"), machine.HOST)], False
    if disk:
        low = disk.free < disk.total * ROOM
        facts.append(Fact(_("Disk free"), _part(disk.free, disk.total), "warn" if low else ""))
    if memory:
        facts.append(Fact(_("Memory in use"), _part(memory.used, memory.total)))
    return Panel(facts, "warn" if low else "ok", _("Little room on the disk") if low else _("Enough room"))


def _part(part: int, whole: int) -> str:
    share = round(100 * part / whole) if whole else 0
    return f"{filesizeformat(part)} / {filesizeformat(whole)} ({share}%)"


def certificates(_actor: Actor, now: datetime) -> Panel:
    """When certificates end."""
    found = known_certificates()
    if not found:
        return Panel([], "off", _("None is watched"))
    worst = _tone_of_all(found, now)
    words = {"ok": _("All valid"), "warn": _("One ends soon"), "bad": _("One is invalid or unreadable")}
    return Panel([Fact(one.name, _end(one, now), _tone(one, now)) for one in found], worst, words[worst])


def _tone(one: Certificate, now: datetime) -> str:
    left = one.days_left(now)
    if left is None or left < 0:
        return "bad"
    return "warn" if left <= SOON else ""


def _tone_of_all(found: Sequence[Certificate], now: datetime) -> str:
    tones = {_tone(one, now) for one in found}
    return "bad" if "bad" in tones else "warn" if "warn" in tones else "ok"


def _end(one: Certificate, now: datetime) -> Any:
    left = one.days_left(now)
    if left is None:
        return _("unreadable")
    return _("%(day)s (%(left)s days left)") % {"day": formats.day(one.until), "left": left}


def register() -> None:
    """Put the platform's cards on the page."""
    system_panels.add(SystemPanel("program", gettext_lazy("Program"), program, 10))
    system_panels.add(SystemPanel("traffic", gettext_lazy("Page requests"), traffic, 20))
    system_panels.add(SystemPanel("queue", gettext_lazy("Work in the background"), queue, 30))
    system_panels.add(SystemPanel("database", gettext_lazy("Database"), database, 40))
    system_panels.add(SystemPanel("machine", gettext_lazy("Machine"), this_machine, 50))
    system_panels.add(SystemPanel("certificates", gettext_lazy("Certificates"), certificates, 60))
