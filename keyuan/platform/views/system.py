"""How the system is doing: cards, history, timetable, slow statements (PLT-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from keyuan.kernel.actor import Actor
from keyuan.platform import clock, formats
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs.overview import timetable
from keyuan.platform.operations import history, slow
from keyuan.platform.operations.panels import Panel, SystemPanel, system_panels
from keyuan.platform.operations.sampling import Level
from keyuan.platform.permissions import SYSTEM_VIEW


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of history that may be looked at."""

    key: str
    label: Any
    level: str
    length: int
    form: str


RANGES = (
    Range("hour", gettext_lazy("Last hour"), Level.MINUTE, 60, "%H:%M"),
    Range("days", gettext_lazy("Last 3 days"), Level.HOUR, 72, "%m-%d %H:%M"),
    Range("year", gettext_lazy("Last 400 days"), Level.DAY, 400, "%Y-%m-%d"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A panel as the page shows it."""

    spec: SystemPanel
    panel: Panel


@require_safe
@allow(SYSTEM_VIEW)
def system(request: StaffRequest) -> HttpResponse:
    """The state of everything now, and how it was."""
    now = clock.wall()
    chosen = next((one for one in RANGES if one.key == request.GET.get("range")), RANGES[0])
    points = history.series(request.actor, chosen.level, chosen.length, now)
    context = {
        "cards": cards(request.actor, now),
        "tabs": [_tab(one, chosen) for one in RANGES],
        "charts": charts(points, chosen),
        "has_history": any(point.sample for point in points),
        "timetable": timetable(),
        "slow_queries": slow.slow_queries(request.actor),
        "checked_at": now,
    }
    return page(request, "system/system.html", context, part="status")


def cards(actor: Actor, now: datetime) -> list[Card]:
    """Return the cards that this post may see."""
    shown = [spec for spec in system_panels if spec.permission is None or actor.may(spec.permission)]
    return [Card(spec, spec.build(actor, now)) for spec in shown]


def _tab(one: Range, chosen: Range) -> dict[str, Any]:
    url = f"{reverse('platform:system')}?range={one.key}"
    return {"label": one.label, "url": url, "active": one is chosen, "count": None, "changed": False}


def charts(points: Sequence[history.Point], chosen: Range) -> list[dict[str, Any]]:
    """Return response times, traffic and waiting work as the chart component takes them."""
    times = [[point.percentile(share) for share in (0.5, 0.95, 0.99)] for point in points]
    counts = [[point.requests, point.errors] for point in points]
    waits = [[_seconds(point, "waiting_seconds_most"), _seconds(point, "outbox_seconds_most")] for point in points]
    labels = [point.at.strftime(chosen.form) for point in points]
    named = (
        ("times", _("Response times"), _("ms"), "line", ("p50", "p95", "p99"), times),
        ("traffic", _("Requests and errors"), "", "bar", (_("Requests"), _("Errors")), counts),
        ("waits", _("Oldest waiting work"), _("seconds"), "line", (_("Jobs"), _("Events")), waits),
    )
    return [_chart(*one, labels=labels, head=chosen.label) for one in named]


def _seconds(point: history.Point, name: str) -> int | None:
    return round(getattr(point.sample, name)) if point.sample else None


def _chart(
    key: str, title: str, unit: str, kind: str, names: Sequence[str], values: list[list[Any]], *, labels: list[str],
    head: Any,
) -> dict[str, Any]:  # fmt: skip
    rows = [{"label": label, "values": row} for label, row in zip(labels, values, strict=True)]
    series = [{"name": name} for name in names]
    return {"key": key, "title": title, "unit": unit, "kind": kind, "label": head, "series": series, "rows": rows}


@require_safe
@allow(SYSTEM_VIEW)
def slow_query(request: StaffRequest, digest: str) -> HttpResponse:
    """One slow statement with its plan of now."""
    query = slow.access_slow_query(request.actor, digest)
    mean = formats.number(query.total_ms // query.count) if query.count else None
    plan = "\n".join(slow.plan_of(query))
    return page(request, "system/slow_query.html", {"query": query, "mean": mean, "plan": plan})
