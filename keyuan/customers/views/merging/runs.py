"""The comparison of the whole book: start it, watch it, and read why it drew the line where it did (CUS-8)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.customers import permissions
from keyuan.customers.forms.merging.linkage import comparison_lines, threshold_lines
from keyuan.customers.selectors.merging.linkage_runs import (
    access_linkage_run,
    linkage_runs_visible_to,
    open_linkage_run,
)
from keyuan.customers.services.linkage.running import start_linkage
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform import people
from keyuan.platform.audit.labels import program_name
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.lists import Column, Empty, FilterContext, ListSpec, PageAction, Sort, Status, View
from keyuan.platform.models import TrackedJob
from keyuan.platform.wording import say, say_code

START = PageAction(
    label=_("Compare the book now"), url_name="customers:linkage-run-create", icon="player-play",
    permission=permissions.MERGE_BULK, primary=True,
)  # fmt: skip
TONES = {"queued": "accent", "running": "accent", "paused": "warn", "done": "ok", "failed": "bad", "cancelled": "off"}
STAGES = {
    "extract": _("Reading the customers"),
    "link": _("Comparing"),
    "store": _("Writing the pairs"),
    "tidy": _("Dropping pairs that were not found again"),
}


def _status(row: TrackedJob, _extras: Any) -> Status:
    return Status(row.get_status_display(), TONES[row.status])


def _told(name: str) -> Any:
    return lambda row, _extras: row.result.get(name)


def lasted(row: TrackedJob) -> timedelta | None:
    """Return how long a run took, None while it is under way."""
    return row.finished_at - row.started_at if row.finished_at and row.started_at else None


def _by(row: TrackedJob, names: Any) -> str:
    return names.get(row.actor_id) or program_name(row.actor_name)


def _minutes(row: TrackedJob, _extras: Any) -> str:
    time = lasted(row)
    return f"{int(time.total_seconds()) // 60}:{int(time.total_seconds()) % 60:02}" if time else ""


class LinkageRunList(ListSpec):
    """Comparisons of the whole book, the latest first."""

    key = "linkage-runs"
    title = _("Comparisons of the book")
    permission = permissions.MERGE_BULK
    url_name = "customers:linkage-run-list"
    noun = _("comparisons")
    columns = (
        Column(key="started", label=_("Started"), value="created_at", kind="moment", width=150, sort="new", first=True),
        Column(key="status", label=_("State"), value=_status, kind="status", width=110, phone=True),
        Column(key="by", label=_("By whom"), value=_by, width=120),
        Column(key="people", label=_("Persons compared"), value=_told("people"), kind="number", width=120),
        Column(key="pairs", label=_("Pairs found"), value=_told("pairs"), kind="number", width=110, phone=True),
        Column(key="fresh", label=_("New pairs"), value=_told("new"), kind="number", width=100),
        Column(key="dropped", label=_("Dropped pairs"), value=_told("dropped"), kind="number", width=110),
        Column(key="lasted", label=_("Lasted (min)"), value=_minutes, width=100, low_priority=True),
    )  # fmt: skip
    sorts = (Sort(key="new", label=_("Started"), field="id", descending=True),)
    default_sort = "-new"
    views = (View(key="all", label=_("All")),)
    page_actions = (
        PageAction(label=_("Likely duplicates"), url_name="customers:duplicate-list", icon="users-group",
                   permission=permissions.MERGE),
        START,
    )  # fmt: skip
    empty = Empty(
        title=_("The book was not compared yet"),
        text=_("It is compared every Saturday night, and whenever somebody starts it."),
        action=START,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """All runs."""
        return [linkage_runs_visible_to(actor)]

    def prepare(self, _actor: Actor, rows: Sequence[TrackedJob], _context: FilterContext) -> dict[int, str]:
        """Name who started them."""
        return people.names_of([row.actor_id for row in rows if row.actor_id])

    def row_url(self, row: TrackedJob) -> str:
        """The run's page."""
        return reverse("customers:linkage-run", args=[row.pk])

    def panel_url(self, _row: TrackedJob) -> str:
        """Runs open whole."""
        return ""


@require_http_methods(["GET", "POST"])
@allow(permissions.MERGE_BULK)
def linkage_run_create(request: StaffRequest) -> HttpResponse:
    """Say what a comparison does, and start it; while one is under way that one is shown."""
    running = open_linkage_run(request.actor)
    if running is not None:
        return HttpResponseRedirect(reverse("customers:linkage-run", args=[running.pk]))
    error = ""
    if request.method == "POST":
        try:
            job = start_linkage(actor=request.actor)
        except Refused as refused:
            error = say(refused)
        else:
            return HttpResponseRedirect(reverse("customers:linkage-run", args=[job.pk]))
    last = linkage_runs_visible_to(request.actor).filter(status=TrackedJob.Status.DONE).order_by("-pk").first()
    context = {"error": error, "last": last, "last_minutes": _minutes(last, None) if last else ""}
    return page(request, "customers/merging/linkage_form.html", context, status=409 if error else 200)


@require_GET
@allow(permissions.MERGE_BULK)
def linkage_run(request: StaffRequest, job_id: int) -> HttpResponse:
    """Show a run: how far it is; at its end the figures, the thresholds and what each agreement is worth."""
    run = access_linkage_run(request.actor, job_id)
    result: Mapping[str, Any] = run.result
    figures: Mapping[str, Any] = result.get("figures") or {}
    context = {
        "run": run,
        "status": _status(run, None),
        "by": people.names_of([run.actor_id]).get(run.actor_id, "") if run.actor_id else program_name(run.actor_name),
        "stage": STAGES.get(run.state.get("stage", "extract"), "") if run.is_open else "",
        "minutes": _minutes(run, None),
        "error": say_code(run.error, run.error_params) if run.error else "",
        "result": result,
        "figures": figures,
        "bands": [
            (pgettext_lazy("duplicate pair", word), (result.get("bands") or {}).get(code, 0))
            for code, word in (("SURE", "Sure"), ("LIKELY", "Likely"), ("POSSIBLE", "Possible"))
        ],
        "thresholds": threshold_lines(figures),
        "comparisons": comparison_lines(figures),
    }
    return page(request, "customers/merging/linkage_run.html", context, part="progress")
