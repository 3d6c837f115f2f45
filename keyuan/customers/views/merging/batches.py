"""Merging sure pairs together: list, plan, preview, approval, progress, undo (CUS-8)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.forms.merging.forms import BatchForm
from keyuan.customers.forms.merging.wording import BATCH_STATUSES
from keyuan.customers.models import MergeBatch
from keyuan.customers.selectors.merging.batches import sample_of, skipped_reasons
from keyuan.customers.selectors.merging.merges import access_batch, batches_visible_to
from keyuan.customers.selectors.merging.queue import names_in_reach
from keyuan.customers.services.merging.batches import (
    APPROVE_ABOVE,
    decide_batch,
    plan_batch,
    run_batch,
    undo_batch,
)
from keyuan.customers.views.merging.queue import PairExtras
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import attempts, clock, people
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs import access_job
from keyuan.platform.lists import Column, Empty, FilterContext, ListSpec, PageAction, Sort, Status, View
from keyuan.platform.wording import say

NEW = PageAction(
    label=_("Merge sure pairs"), url_name="customers:merge-batch-create", icon="plus",
    permission=permissions.MERGE_BULK, primary=True,
)  # fmt: skip
#: States in which the page looks again by itself.
MOVING = ("PLANNING", "RUNNING", "UNDOING")
STEPS = ("run", "approve", "refuse", "undo")


def _status(row: MergeBatch, _extras: Any) -> Status:
    return Status(*BATCH_STATUSES[row.status])


class MergeBatchList(ListSpec):
    """Batches whose pairs all stood in scope."""

    key = "merge-batches"
    title = _("Merge batches")
    permission = permissions.MERGE_BULK
    url_name = "customers:merge-batch-list"
    noun = _("batches")
    columns = (
        Column(key="number", label=_("Batch"), value=lambda row, _extras: str(row.pk), width=80, first=True),
        Column(key="status", label=_("State"), value=_status, kind="status", width=140, phone=True),
        Column(key="threshold", label=_("Probability from"), value=lambda row, _n: f"{row.threshold:.4f}", width=120),
        Column(key="planned", label=_("Records to merge"), kind="number", width=120),
        Column(key="merged", label=_("Merged"), kind="number", width=96, phone=True),
        Column(key="skipped", label=_("Left out"), kind="number", width=96),
        Column(key="by", label=_("By whom"), value=lambda row, names: names.get(row.created_by_id, ""), width=110),
        Column(key="created", label=_("Asked"), value="created_at", kind="moment", width=150, sort="new"),
        Column(key="reason", label=_("Reason"), value="reason", width=220, low_priority=True),
    )  # fmt: skip
    sorts = (Sort(key="new", label=_("Asked"), field="created_at", descending=True),)
    default_sort = "-new"
    views = (View(key="all", label=_("All")),)
    page_actions = (NEW,)
    empty = Empty(
        title=_("No batches yet"), text=_("Sure pairs can be merged together, and undone together."), action=NEW
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Batches in scope."""
        return [batches_visible_to(actor)]

    def prepare(self, _actor: Actor, rows: Sequence[MergeBatch], _context: FilterContext) -> dict[int, str]:
        """Name who made them."""
        return people.names_of([row.created_by_id for row in rows if row.created_by_id])

    def row_url(self, row: MergeBatch) -> str:
        """The batch's page."""
        return reverse("customers:merge-batch", args=[row.pk])

    def panel_url(self, _row: MergeBatch) -> str:
        """Batches open whole."""
        return ""


@require_http_methods(["GET", "POST"])
@allow(permissions.MERGE_BULK)
def batch_create(request: StaffRequest) -> HttpResponse:
    """Ask for a batch above a threshold; it is planned in the background and shown before anything moves."""
    form = BatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = plan_batch(
                actor=request.actor, threshold=float(form.cleaned_data["threshold"]),
                reason=form.cleaned_data["reason"], now=clock.now(), token=attempts.named(request),
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            return redirect("customers:merge-batch", merge_batch_id=made.pk)
    context = {"form": form, "idempotency": attempts.token_of(request)}
    return page(request, "customers/merging/batch_form.html", context, status=422 if form.is_bound else 200)


def _shown(request: StaffRequest, batch: MergeBatch, error: Refused | None = None) -> HttpResponse:
    actor = request.actor
    rows = sample_of(batch)
    names = names_in_reach(actor, [pk for row in rows for pk in (row.survivor_id, row.loser_id)], now=clock.now())
    extras = PairExtras(actor, names, {})
    try:
        job = access_job(actor, batch.job_id) if batch.job_id and batch.status in MOVING else None
    except NotFound:
        job = None
    context = {
        "batch": batch,
        "status": _status(batch, None),
        "job": job,
        "moving": batch.status in MOVING,
        "sample": [
            (row, extras.name(row.survivor_id), extras.name(row.loser_id), row.loser.customer_no) for row in rows
        ],
        "skipped": [(say(Refused(code)), count) for code, count in skipped_reasons(batch)],
        "own": batch.created_by_id == actor.id,
        "approve_above": APPROVE_ABOVE,
        "staff": people.names_of([pk for pk in (batch.created_by_id, batch.decided_by_id) if pk]),
        "error": say(error) if error else "",
        "reason": request.POST.get("reason", ""),
    }
    return page(request, "customers/merging/batch.html", context, part="progress", status=422 if error else 200)


@require_GET
@allow(permissions.MERGE_BULK)
def batch(request: StaffRequest, merge_batch_id: int) -> HttpResponse:
    """Show a batch: what it would do or did, a sample, and the next step."""
    return _shown(request, access_batch(request.actor, merge_batch_id))


@require_POST
@allow(permissions.MERGE_BULK)
def batch_step(request: StaffRequest, merge_batch_id: int, step: str) -> HttpResponse:
    """Start, approve, refuse or undo a batch."""
    found = access_batch(request.actor, merge_batch_id)
    reason, now = request.POST.get("reason", ""), clock.now()
    try:
        if step == "run":
            run_batch(actor=request.actor, batch_id=merge_batch_id, now=now)
        elif step == "undo":
            undo_batch(actor=request.actor, batch_id=merge_batch_id, reason=reason, now=now)
        else:
            decide_batch(actor=request.actor, batch_id=merge_batch_id, approve=step == "approve", note=reason, now=now)
    except Refused as error:
        return _shown(request, found, error)
    return HttpResponseRedirect(reverse("customers:merge-batch", args=[merge_batch_id]))
