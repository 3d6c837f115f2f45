"""The list of imports."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform.audit.labels import program_name
from keyuan.platform.imports.selectors import access_import, imports_visible_to
from keyuan.platform.imports.stages import STAGES, shown_state
from keyuan.platform.imports.targets import targets
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
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.permissions import IMPORT_RUN
from keyuan.platform.subjects import SubjectKind, subject_kinds


def _target(row: ImportJob, _extras: Any) -> Any:
    found = targets.get(row.target)
    return found.label if found is not None else None


def _state(row: ImportJob, _extras: Any) -> Status:
    return Status(*shown_state(row))


def _by(row: ImportJob, _extras: Any) -> str:
    return program_name(row.actor_name)


def _stage_choices(_actor: Actor) -> list[Choice]:
    return [Choice(str(stage), word) for stage, (word, _tone) in STAGES.items()]


NEW = PageAction(
    label=_("New import"), url_name="platform:import-create", icon="file-import", permission=IMPORT_RUN, primary=True
)


class ImportList(ListSpec):
    """Imports, one's own or, for those who watch the jobs, everybody's."""

    key = "imports"
    title = _("Imports")
    permission = IMPORT_RUN
    url_name = "platform:import-list"
    columns = (
        Column(key="file", label=_("File"), value="file_name", width=220, first=True),
        Column(key="target", label=_("Into"), value=_target, width=96),
        Column(key="state", label=_("State"), value=_state, kind="status", width=120),
        Column(key="read", label=_("Rows read"), value="rows_read", kind="number", width=96),
        Column(key="created", label=_("Created"), value="created", kind="number", width=96),
        Column(key="updated", label=_("Updated"), value="updated", kind="number", width=96),
        Column(key="unchanged", label=_("Unchanged"), value="unchanged", kind="number", width=96, low_priority=True),
        Column(key="refused", label=_("Refused"), value="refused", kind="number", width=96),
        Column(key="at", label=_("Sent"), value="created_at", kind="moment", width=140, sort="at"),
        Column(
            key="who",
            label=pgettext_lazy("person", "By"),
            value=_by,
            width=96,
            low_priority=True,
        ),
        Column(key="source", label=_("Source"), value="source", width=140, low_priority=True),
        Column(key="unit", label=_("Unit"), value="unit_label", width=140, low_priority=True),
    )
    filters = (ChoiceFilter(key="stage", label=_("State"), field="stage", choices=_stage_choices, primary=True),)
    sorts = (Sort(key="at", label=_("Sent"), field="created_at", descending=True),)
    views = (
        View(key="all", label=_("All")),
        View(key="done", label=_("Import finished"), query="stage=done"),
        View(key="refused", label=_("Not imported"), query="stage=refused"),
    )
    page_actions = (NEW,)
    exportable = False
    default_sort = "-at"
    empty = Empty(
        title=_("Nothing was imported yet"),
        text=_("Send a file of customers, policies, payments or claims: CSV, TSV or XLSX."),
        action=NEW,
    )

    def sources(self, actor: Actor, context: FilterContext) -> Sequence[QuerySet[Any]]:  # noqa: ARG002 - the list engine's signature
        """Return the imports the actor may see."""
        return [imports_visible_to(actor).select_related("job")]

    def row_url(self, row: ImportJob) -> str:
        """Return the import's page."""
        return import_url(row.pk)

    def panel_url(self, row: ImportJob) -> str:  # noqa: ARG002 - the list engine's signature
        """Imports have no side panel."""
        return ""


IMPORTS = ImportList()


def import_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the file names of the imports the actor may see."""
    return dict(imports_visible_to(actor).filter(pk__in=ids).values_list("pk", "file_name"))


def import_url(import_id: int) -> str:
    """Return the address of an import."""
    return reverse("platform:import-detail", kwargs={"import_id": import_id})


def register() -> None:
    """Offer the list in the navigation, and name imports where the audit trail speaks of them."""
    subject_kinds.add(SubjectKind("import", _("Import"), import_labels, import_url, access_import))
    lists.add(IMPORTS)
    nav_items.add(
        NavItem(
            "imports", _("Imports"), "platform:import-list", "file-import", IMPORT_RUN, group="operations", order=20
        )
    )
