"""Batch query: asking, watching, and the lists of batches and of their rows."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.forms.batch_query import BatchQueryForm
from keyuan.customers.models import BatchQuery, BatchQueryRow
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.batch_query import access_batch, batch_rows_of, batches_of
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.batch_query import ask_batch
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs import access_job
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    PageAction,
    Sort,
    Status,
    View,
    lists,
)
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences, say

NOT_FOUND = pgettext_lazy("batch query", "Not found")
STATUSES: dict[str, tuple[Any, str]] = {
    "W": (_("Waiting"), "accent"),
    "M": (_("Matched"), "ok"),
    "A": (_("Ambiguous"), "warn"),
    "U": (NOT_FOUND, "off"),
}
KINDS: dict[str, Any] = {
    "identity": _("Identity number"),
    "phone": _("Phone"),
    "customer_no": _("Customer number"),
    "code": _("Policy or plate number"),
    "name": _("Name"),
}
SENTENCES = {
    "batch.empty": _("Enter or upload at least one identifier."),
    "batch.too_many": _("A batch holds at most %(most)s identifiers; divide the file."),
    "batch.not_found": _("This batch query does not exist any more."),
}
NEW = PageAction(
    label=_("New batch query"), url_name="customers:batch-create", icon="plus", permission=permissions.BATCH_QUERY,
    primary=True,
)  # fmt: skip


class BatchList(ListSpec):
    """The viewer's own batch queries."""

    key = "batch-queries"
    title = _("Batch queries")
    permission = permissions.BATCH_QUERY
    url_name = "customers:batch-list"
    noun = _("batch queries")
    columns = (
        Column(key="name", label=_("List"), width=240, first=True, kind="link"),
        Column(key="total", label=_("Identifiers"), kind="number", width=110),
        Column(key="matched", label=_("Matched"), kind="number", width=110),
        Column(key="ambiguous", label=_("Ambiguous"), kind="number", width=110),
        Column(key="unmatched", label=NOT_FOUND, kind="number", width=110),
        Column(key="created", label=_("Asked"), value="created_at", kind="moment", width=150, sort="new"),
        Column(key="expires", label=_("Kept until"), value="expires_on", kind="date", width=120),
    )
    sorts = (Sort(key="new", label=_("Asked"), field="created_at", descending=True),)
    default_sort = "-new"
    views = (View(key="all", label=_("All")),)
    page_actions = (NEW,)
    exportable = False
    empty = Empty(
        title=_("No batch queries yet"), text=_("Paste identifiers to find many customers at once."), action=NEW
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """One's own."""
        return [batches_of(actor)]

    def row_url(self, row: BatchQuery) -> str:
        """The batch's page."""
        return reverse("customers:batch", args=[row.pk])

    def panel_url(self, _row: BatchQuery) -> str:
        """Batches open whole."""
        return ""


def _found(row: BatchQueryRow, names: dict[int, str]) -> Any:
    if row.customer_id is not None and row.customer_id in names:
        return Link(names[row.customer_id], customer_url(row.customer_id))
    return "、".join(names[pk] for pk in row.candidates if pk in names)


def _recent(actor: Actor) -> list[Choice]:
    return [Choice(str(query.pk), query.name) for query in batches_of(actor).order_by("-pk")[:50]]


def _status(row: BatchQueryRow, _names: Any) -> Status:
    return Status(*STATUSES[row.status])


class BatchRowList(ListSpec):
    """The rows of the viewer's batches; a batch's page shows its own."""

    key = "batch-rows"
    title = _("Matched identifiers")
    permission = permissions.BATCH_QUERY
    url_name = "customers:batch-row-list"
    noun = _("identifiers")
    columns = (
        Column(key="number", label=_("Line"), kind="number", width=80),
        Column(key="shown", label=_("Identifier"), width=200, first=True),
        Column(key="kind", label=_("Type"), value=lambda row, _names: KINDS.get(row.kind, row.kind), width=160),
        Column(key="status", label=_("Result"), value=_status, kind="status", width=120),
        Column(key="customer", label=_("Customer"), value=_found, kind="link", width=300),
    )
    filters = (
        ChoiceFilter(
            key="batch", label=_("List"), field="query_id", primary=True, multiple=False, integer=True,
            choices=_recent,
        ),
        ChoiceFilter(
            key="result", label=_("Result"), field="status", primary=True, multiple=False,
            choices=tuple(Choice(code, words[0]) for code, words in STATUSES.items()),
        ),
    )  # fmt: skip
    sorts = (Sort(key="number", label=_("Line"), field="number"),)
    default_sort = "number"
    indexed_pairs = frozenset({("batch", "number"), ("result", "number")})
    empty = Empty(title=_("Nothing to show"), text=_("Ask a batch query first."), action=NEW)

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Rows of one's own batches."""
        return [batch_rows_of(actor)]

    def prepare(self, actor: Actor, rows: Sequence[BatchQueryRow], _context: FilterContext) -> dict[int, str]:
        """Name the customers found, as far as they are still in reach."""
        ids = {pk for row in rows for pk in (*row.candidates, row.customer_id) if pk is not None}
        visible = summaries_visible_to(actor, now=clock.now()).filter(pk__in=sorted(ids))
        return {row.pk: customer_label(actor, row) for row in visible}


@allow(permissions.BATCH_QUERY)
def batch_create(request: StaffRequest) -> HttpResponse:
    form = BatchQueryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            query = ask_batch(
                actor=request.actor,
                name=form.cleaned_data["name"],
                lines=form.cleaned_data["found"],
                now=clock.now(),
                token=attempts.named(request),
            )
        except Refused as error:
            form.add_error(error.field, say(error))
        else:
            return redirect("customers:batch", query_id=query.pk)
    context = {"form": form, "idempotency": attempts.token_of(request)}
    return page(request, "customers/search/batch_form.html", context, status=422 if form.is_bound else 200)


@require_GET
@allow(permissions.BATCH_QUERY)
def batch(request: StaffRequest, query_id: int) -> HttpResponse:
    query = access_batch(request.actor, query_id)
    rows = reverse("customers:batch-row-list")
    context = {
        "query": query,
        "job": access_job(request.actor, query.job_id) if query.job_id else None,
        "parts": [
            (_("Matched"), query.matched, f"{rows}?batch={query.pk}&result=M"),
            (_("Ambiguous"), query.ambiguous, f"{rows}?batch={query.pk}&result=A"),
            (NOT_FOUND, query.unmatched, f"{rows}?batch={query.pk}&result=U"),
        ],
        "rows_url": f"{rows}?batch={query.pk}",
    }
    return page(request, "customers/search/batch.html", context, part="progress")


def register() -> None:
    """Offer batch queries in the navigation."""
    add_sentences(SENTENCES)
    lists.add(BatchList())
    lists.add(BatchRowList())
    nav_items.add(
        NavItem(
            "batch-queries", _("Batch queries"), "customers:batch-list", "list-search", permissions.BATCH_QUERY,
            "customers", 90,
        )
    )  # fmt: skip
