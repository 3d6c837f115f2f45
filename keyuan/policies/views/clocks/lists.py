"""The list of nights: what time did to the book, and what comparisons found."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.platform.lists import (
    Badge,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    View,
    choices_of,
)
from keyuan.policies import permissions
from keyuan.policies.models import ClockRun
from keyuan.policies.selectors.clock_runs import clock_runs_visible_to, total_of

KINDS = {"NIGHT": _("Night"), "COMPARISON": _("Comparison with a replay")}
RUN = PageAction(
    label=_("Make a night"), url_name="policies:clocks-run", icon="player-play", permission=permissions.CLOCKS,
    primary=True, shown=reaches_whole_book,
)  # fmt: skip


def _state(row: ClockRun, _extras: Any) -> Status:
    if row.finished_at is None:
        return Status(_("Running"), "accent")
    if row.differences:
        return Status(_("Differs"), "bad")
    return Status(_("The same"), "ok") if row.kind == "COMPARISON" else Status(_("Done"), "ok")


def _seconds(row: ClockRun, _extras: Any) -> int | None:
    return None if row.finished_at is None else round((row.finished_at - row.started_at).total_seconds())


class ClockRunList(ListSpec):
    """Nights and comparisons, the newest first."""

    key = "clock-runs"
    title = _("Clocks of policies")
    permission = permissions.CLOCKS
    url_name = "policies:clocks"
    noun = _("nights")
    columns = (
        Column(key="on", label=_("Night of"), value="on", kind="date", width=120, first=True),
        Column(
            key="kind",
            label=pgettext_lazy("clocks", "Kind"),
            value=lambda row, _extras: Badge(KINDS[row.kind], "accent" if row.kind == "COMPARISON" else ""),
            kind="badge",
            width=140,
        ),
        Column(key="state", label=_("State"), value=_state, kind="status", width=110, phone=True),
        Column(key="looked", label=_("Contracts looked at"), value="looked", kind="number", width=130),
        Column(
            key="steps",
            label=_("Steps"),
            value=lambda row, _extras: total_of(row),
            kind="number",
            width=100,
            phone=True,
        ),
        Column(key="differences", label=_("Differences"), value="differences", kind="number", width=100),
        Column(key="started", label=_("Started"), value="started_at", kind="moment", width=150, sort="started"),
        Column(key="seconds", label=_("Seconds"), value=_seconds, kind="number", width=90, low_priority=True),
        Column(key="by", label=_("Asked for by"), value="asked_by", width=120, low_priority=True),
    )
    filters = (
        ChoiceFilter(
            key="kind",
            label=pgettext_lazy("clocks", "Kind"),
            field="kind",
            choices=choices_of(KINDS),
            primary=True,
            dense=True,
        ),
    )
    sorts = (Sort(key="started", label=_("Started"), field="started_at", descending=True),)
    default_sort = "-started"
    views = (View(key="all", label=_("All nights")),)
    page_actions = (RUN,)
    empty = Empty(
        title=_("No night was made yet"),
        text=_("Every night brings grace, suspension, maturity and the rest by itself; the first one comes at 00:20."),
        action=RUN,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[ClockRun]]:
        """Return all runs: figures of the whole book."""
        return [clock_runs_visible_to(actor).defer("report")]

    def row_url(self, row: ClockRun) -> str:
        """Return the page of the night."""
        return reverse("policies:clocks-night", args=[row.pk])

    def panel_url(self, _row: ClockRun) -> str:
        """Nights open whole."""
        return ""
