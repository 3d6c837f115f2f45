"""One's own exports as a list: fetch a file again, see when it expires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists.cells import Status
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.export.requests import exports_of
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.sorts import Sort
from keyuan.platform.lists.spec import Empty, ListSpec, View
from keyuan.platform.models import Export
from keyuan.platform.permissions import EXPORT_RUN

STATES: dict[str, tuple[Any, str]] = {
    Export.Status.RUNNING: (_("Being made"), "accent"),
    Export.Status.READY: (_("Ready"), "ok"),
    Export.Status.FAILED: (_("Failed"), "bad"),
    Export.Status.EXPIRED: (_("Expired"), "off"),
}


@dataclass(frozen=True, slots=True)
class Extras:
    """The present, which decides whether a file can still be fetched."""

    now: datetime


def _state(row: Export, extras: Extras) -> Status:
    expired = row.expires_at <= extras.now
    word, tone = STATES[Export.Status.EXPIRED if expired else Export.Status(row.status)]
    return Status(word, tone)


class ExportList(ListSpec):
    """The files that a person exported, newest first; nobody sees another's."""

    key = "exports"
    title = _("My exports")
    permission = EXPORT_RUN
    url_name = "platform:export-list"
    exportable = False
    columns = (
        Column(key="title", label=_("List"), first=True, width=160),
        Column(key="created", label=_("Exported at"), value="created_at", kind="moment", width=152, sort="created"),
        Column(key="reason", label=_("Reason"), value="reason", width=240),
        Column(key="rows", label=_("Rows"), value="rows", kind="number", width=88),
        Column(key="format", label=_("Format"), value="format", width=72, low_priority=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=104),
        Column(key="expires", label=_("Delete by"), value="expires_at", kind="moment", width=152),
        Column(
            key="finished",
            label=_("Made at"),
            value="finished_at",
            kind="moment",
            width=152,
            sort="finished",
            default=False,
        ),
    )
    sorts = (
        Sort(key="created", label=_("Exported at"), field="created_at", descending=True),
        Sort(key="finished", label=_("Made at"), field="finished_at", nullable=True, descending=True),
    )
    default_sort = "-created"
    views = (View(key="all", label=_("All exports")),)
    empty = Empty(title=_("No exports yet"), text=_("Files that you export from a list appear here for 7 days."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Export]]:
        """Return one's own exports."""
        return [exports_of(actor)]

    def prepare(self, _actor: Actor, _rows: Sequence[Export], _context: FilterContext) -> Extras:
        """Look at the clock once for the page."""
        return Extras(clock.now())

    def row_url(self, row: Export) -> str:
        """Return the file's address while it can be fetched."""
        is_there = row.status == Export.Status.READY and row.expires_at > clock.now()
        return reverse("platform:export-download", args=[row.pk]) if is_there else ""

    def panel_url(self, _row: Export) -> str:
        """A file has no panel."""
        return ""
