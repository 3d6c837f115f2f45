"""The mart on the system page and among its figures."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.mart import shelf
from keyuan.platform.operations import Fact, Panel, SystemGauge, SystemPanel, system_gauges, system_panels
from keyuan.platform.permissions import JOBS_MANAGE

#: A night may fail; from the second on somebody should look.
OLD = timedelta(hours=36)


def pane(actor: Actor, now: datetime) -> Panel:
    """Return how old the newest snapshot is and what it holds."""
    found = shelf.snapshots()
    url = reverse("platform:jobs") if actor.may(JOBS_MANAGE) else ""
    if not found:
        return Panel([], "warn", _("No snapshot yet"), url, _("Background jobs"))
    newest = found[0]
    late = now - newest.as_of > OLD
    facts = [
        Fact(_("Snapshot taken"), formats.moment(newest.as_of)),
        Fact(_("Age (hours)"), formats.number(_hours(newest.as_of, now)), "bad" if late else ""),
        Fact(_("Rows in the snapshot"), formats.number(sum(newest.rows.values()))),
        Fact(_("Taking it lasted (s)"), formats.number(round(newest.seconds))),
        Fact(_("Snapshots kept"), formats.number(len(found))),
    ]
    state = _("Older than a day and a half") if late else _("Fresh")
    return Panel(facts, "warn" if late else "ok", state, url, _("Background jobs"))


def _hours(as_of: datetime, now: datetime) -> int:
    return max(0, round((now - as_of).total_seconds() / 3600))


def age_seconds(now: datetime) -> float | None:
    """Return the age of the newest snapshot; None before the first."""
    newest = shelf.latest()
    return (now - newest.as_of).total_seconds() if newest else None


def register() -> None:
    """Put up the card and the figure."""
    system_panels.add(SystemPanel("mart", gettext_lazy("Analytical copy"), pane, 45))
    system_gauges.add(SystemGauge("mart_age_seconds", "Age of the newest snapshot of the mart.", age_seconds))
