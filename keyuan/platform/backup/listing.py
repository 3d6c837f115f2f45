"""The list of backups, for those who answer for them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit.labels import program_name
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    View,
    lists,
)
from keyuan.platform.models.backup_run import BackupCopy, BackupRun
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.permissions import BACKUP_MANAGE
from keyuan.platform.subjects import SubjectKind, subject_kinds

Run, Copy = BackupRun.State, BackupCopy.State
#: How a run is said, and in which tone.
STATES: dict[str, tuple[Any, str]] = {
    Run.RUNNING: (pgettext_lazy("backup", "Running"), "accent"),
    Run.DONE: (pgettext_lazy("backup", "All copies proven"), "ok"),
    Run.PARTIAL: (pgettext_lazy("backup", "Some copies missing"), "warn"),
    Run.FAILED: (pgettext_lazy("backup", "Failed"), "bad"),
    Run.INTERRUPTED: (pgettext_lazy("backup", "Interrupted"), "bad"),
}
COPY_STATES: dict[str, tuple[Any, str]] = {
    Copy.SENDING: (pgettext_lazy("backup", "Being sent"), "accent"),
    Copy.SENT: (pgettext_lazy("backup", "Not yet proven"), "warn"),
    Copy.FAILED: (pgettext_lazy("backup", "Did not arrive"), "bad"),
    Copy.VERIFIED: (pgettext_lazy("backup", "Proven"), "ok"),
    Copy.REFUTED: (pgettext_lazy("backup", "Not what was sent"), "bad"),
    Copy.REMOVED: (pgettext_lazy("backup", "Removed by the rule of keeping"), "off"),
}


def backups_visible_to(actor: Actor) -> QuerySet[BackupRun]:
    """Return all runs to those who answer for backups, nothing to others."""
    return BackupRun.objects.all() if actor.may(BACKUP_MANAGE) else BackupRun.objects.none()


def access_backup(actor: Actor, run_id: int) -> BackupRun:
    """Return one run, or raise NotFound."""
    run = backups_visible_to(actor).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    return run


def copies_of(actor: Actor, run: BackupRun) -> list[BackupCopy]:
    """Return the copies of a run, in the order of sending."""
    return list(access_backup(actor, run.pk).copies.order_by("id"))


def _state(row: BackupRun, _extras: Any) -> Status:
    word, tone = STATES[row.state]
    return Status(word, tone)


def _proven(row: BackupRun, extras: Any) -> str:
    return f"{extras.get(row.pk, 0)} / {row.places}" if row.places else ""


def _by(row: BackupRun, _extras: Any) -> str:
    return program_name(row.actor_name)


def _choices(_actor: Actor) -> list[Choice]:
    return [Choice(str(state), word) for state, (word, _tone) in STATES.items()]


DRILL = PageAction(
    label=_("Drill report"),
    url_name="platform:backup-drill",
    icon="report-analytics",
    permission=BACKUP_MANAGE,
    primary=True,
)


class BackupList(ListSpec):
    """Backups, newest first."""

    key = "backups"
    title = _("Backups")
    permission = BACKUP_MANAGE
    url_name = "platform:backup-list"
    columns = (
        Column(key="name", label=_("Backup"), value="name", width=208, first=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=160, phone=True),
        Column(key="proven", label=_("Copies proven"), value=_proven, width=96, align="right", phone=True),
        Column(key="at", label=_("Begun"), value="started_at", kind="moment", width=160, sort="at"),
        Column(key="took", label=_("Took (s)"), value=lambda row, _e: round(row.seconds), kind="number", width=96),
        Column(key="rows", label=_("Rows"), value="rows", kind="number", width=110),
        Column(key="size", label=_("Book"), value=lambda row, _e: filesizeformat(row.plain_bytes), width=96),
        Column(key="stored", label=_("Sealed"), value=lambda row, _e: filesizeformat(row.stored_bytes), width=96),
        Column(key="files", label=_("Files"), value="file_count", kind="number", width=96, low_priority=True),
        Column(
            key="who",
            label=pgettext_lazy("person", "By"),
            value=_by,
            width=120,
            low_priority=True,
        ),
    )
    filters = (ChoiceFilter(key="state", label=_("State"), field="state", choices=_choices, primary=True),)
    sorts = (Sort(key="at", label=_("Begun"), field="started_at", descending=True),)
    views = (
        View(key="all", label=_("All")),
        View(key="trouble", label=_("In trouble"), query="state=partial&state=failed&state=interrupted&sort=-at"),
    )
    page_actions = (DRILL,)
    exportable = False
    default_sort = "-at"
    indexed_pairs = frozenset({("state", "at")})
    empty = Empty(
        title=_("No backup was made yet"),
        text=_("Name the destinations in the file of KEYUAN_BACKUP_DESTINATIONS, then back up now."),
        action=DRILL,
    )

    def sources(self, actor: Actor, context: FilterContext) -> Sequence[QuerySet[Any]]:  # noqa: ARG002 - the list engine's signature
        """Return the runs."""
        return [backups_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[BackupRun], context: FilterContext) -> dict[int, int]:  # noqa: ARG002 - as above
        """Count the proven copies of the rows."""
        found: dict[int, int] = {}
        proven = BackupCopy.objects.filter(run__in=[row.pk for row in rows], verified_at__isnull=False)
        for run_id in proven.exclude(state=Copy.REFUTED).values_list("run_id", flat=True):
            found[run_id] = found.get(run_id, 0) + 1
        return found

    def row_url(self, row: BackupRun) -> str:
        """Return the run's page."""
        return backup_url(row.pk)

    def panel_url(self, row: BackupRun) -> str:  # noqa: ARG002 - the list engine's signature
        """Runs have no side panel."""
        return ""

    def row_class(self, row: BackupRun) -> str:
        """Mark what needs an eye."""
        return {"bad": "edge-bad", "warn": "edge-warn"}.get(STATES[row.state][1], "")


def backup_url(run_id: int) -> str:
    """Return the address of a run."""
    return reverse("platform:backup-run", kwargs={"run_id": run_id})


def backup_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of runs for the audit trail."""
    return dict(backups_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def register() -> None:
    """Offer the list in the navigation, and name backups where the audit trail speaks of them."""
    subject_kinds.add(SubjectKind("backup", _("Backup"), backup_labels, backup_url, access_backup))
    lists.add(BackupList())
    nav_items.add(
        NavItem("backups", _("Backups"), "platform:backup-list", "database-export", BACKUP_MANAGE, "operations", 40)
    )
