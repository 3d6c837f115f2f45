"""The queue of likely duplicates, and the two records of a pair side by side (CUS-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.merging.compare import field_lines, row_lines, side_words
from keyuan.customers.forms.merging.wording import BANDS, SOURCES, STATUSES
from keyuan.customers.models import Customer, CustomerSummary, DuplicatePair
from keyuan.customers.rules.merging.clusters import Standing, survivor_of
from keyuan.customers.rules.merging.survivorship import FIELDS
from keyuan.customers.selectors.archive import rows_of
from keyuan.customers.selectors.merging.preview import what_moves
from keyuan.customers.selectors.merging.queue import (
    access_pair,
    names_in_reach,
    neighbours_of,
    pairs_visible_to,
)
from keyuan.customers.selectors.scope import customers_visible_to
from keyuan.customers.selectors.service import agent_name
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.merging.merging import decide_distinct, merge_customers, reopen_pair
from keyuan.customers.services.merging.rules import current_orders
from keyuan.customers.services.visits import note_opening
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors.units import unit_names, units_visible_to
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
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
)
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


@dataclass(frozen=True)
class PairExtras:
    """The customers of a page of pairs, as far as the actor sees them."""

    actor: Actor
    rows: dict[int, CustomerSummary]
    units: dict[int, str]

    def name(self, customer_id: int) -> str:
        """Return what a customer is called."""
        row = self.rows.get(customer_id)
        return customer_label(self.actor, row) if row else "--"


def _band(row: DuplicatePair, _extras: Any) -> Status:
    return Status(*BANDS[row.band])


def _status(row: DuplicatePair, _extras: Any) -> Status:
    return Status(*STATUSES[row.status])


def unit_of(row: Any) -> int | None:
    """Return the smallest unit that a row names."""
    found: int | None = row.team_id or row.section_id or row.sub_branch_id or row.branch_id or row.head_office_id
    return found


def _unit(row: DuplicatePair, extras: PairExtras) -> str:
    return extras.units.get(unit_of(row) or 0, "")


def _choices(words: dict[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(code, word[0] if isinstance(word, tuple) else word) for code, word in words.items())


def branches(actor: Actor) -> list[Choice]:
    """Return the branches that a post over several of them may narrow the queue to."""
    rows = units_visible_to(actor).filter(level=Unit.Level.BRANCH).order_by("code")
    return [Choice(str(unit.pk), unit.name) for unit in rows[:60]]


class DuplicateList(ListSpec):
    """Pairs of likely duplicates of which the post sees both, the surest first."""

    key = "duplicates"
    title = _("Likely duplicates")
    permission = permissions.MERGE
    url_name = "customers:duplicate-list"
    noun = _("pairs")
    columns = (
        Column(key="a", label=_("Customer"), value=lambda row, extras: extras.name(row.a_id), width=160, first=True),
        Column(key="b", label=_("Likely the same as"), value=lambda row, extras: extras.name(row.b_id), width=160,
               phone=True),
        Column(key="band", label=_("How sure"), value=_band, kind="status", width=104, phone=True),
        Column(key="weight", label=_("Match weight"), value=lambda row, _extras: f"{row.weight:.1f}", width=112,
               sort="weight"),
        Column(key="probability", label=_("Probability"), value=lambda row, _extras: f"{row.probability:.2%}",
               width=112),
        Column(key="unit", label=_("Unit"), value=_unit, width=160, low_priority=True),
        Column(key="source", label=_("Noticed by"), value=lambda row, _extras: SOURCES.get(row.source, row.source),
               width=160, low_priority=True),
        Column(key="status", label=_("State"), value=_status, kind="status", width=120),
        Column(key="note", label=_("Note"), value="note", width=200, low_priority=True, default=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter(key="band", label=_("How sure"), field="band", choices=_choices(BANDS), primary=True, dense=True),
        ChoiceFilter(key="unit", label=_("Unit"), field="branch_id", choices=branches, primary=True, integer=True,
                     multiple=False),
        ChoiceFilter(key="source", label=_("Noticed by"), field="source", choices=_choices(SOURCES), dense=True),
        ChoiceFilter(key="status", label=_("State"), field="status", choices=_choices(STATUSES), dense=True),
    )  # fmt: skip
    sorts = (Sort(key="weight", label=_("Match weight"), field="weight", descending=True),)
    default_sort = "-weight"
    views = (
        View(key="open", label=pgettext_lazy("duplicate pair", "Open"), query="status=OPEN&sort=-weight"),
        View(key="distinct", label=_("Not the same person"), query="status=DISTINCT&sort=-weight"),
        View(key="merged", label=_("Merged"), query="status=MERGED&sort=-weight"),
    )
    page_actions = (
        PageAction(label=_("Merges"), url_name="customers:merge-list", icon="history", permission=permissions.MERGE),
        PageAction(
            label=_("Comparisons of the book"), url_name="customers:linkage-run-list", icon="refresh",
            permission=permissions.MERGE_BULK,
        ),
        PageAction(
            label=_("Merge sure pairs"), url_name="customers:merge-batch-create", icon="git-merge",
            permission=permissions.MERGE_BULK, primary=True,
        ),
    )  # fmt: skip
    empty = Empty(
        title=_("No likely duplicates"),
        text=_("Pairs appear here when the comparison of the book, an entry or an import finds them."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Pairs both of whose customers stand in scope."""
        return [pairs_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[DuplicatePair], _context: FilterContext) -> PairExtras:
        """Name the customers and units."""
        ids = [pk for row in rows for pk in (row.a_id, row.b_id)]
        return PairExtras(actor, names_in_reach(actor, ids, now=clock.now()), unit_names(map(unit_of, rows)))

    def row_url(self, row: DuplicatePair) -> str:
        """The comparison."""
        return reverse("customers:duplicate", args=[row.pk])

    def panel_url(self, _row: DuplicatePair) -> str:
        """Two records need the whole page."""
        return ""


def _standing(customer: Customer) -> Standing:
    summary = customer.summary
    return Standing(
        customer.pk, customer.kind, summary.policies_in_force, summary.policies_total, not summary.is_orphan,
        summary.opened_on,
    )  # fmt: skip


def _sides(actor: Actor, pair: DuplicatePair, asked: str) -> tuple[Customer, Customer] | None:
    """Return survivor and loser of an open pair: as asked for, else as the rules would have it."""
    rows = {
        row.pk: row
        for row in customers_visible_to(actor, now=clock.now())
        .filter(pk__in=(pair.a_id, pair.b_id))
        .select_related("summary")
    }
    if len(rows) < 2:
        return None
    head = int(asked) if asked.isdecimal() and int(asked) in rows else 0
    head = head or survivor_of([_standing(row) for row in rows.values()]).pk
    other = pair.a_id if head == pair.b_id else pair.b_id
    return rows[head], rows[other]


def _compared(request: StaffRequest, pair: DuplicatePair, sides: tuple[Customer, Customer]) -> dict[str, Any]:
    actor = request.actor
    survivor, loser = sides
    rows = [rows_of(side) for side in sides]
    lines = field_lines(actor, survivor, loser, current_orders(), pair.levels)
    posted = request.POST
    return {
        "survivor": survivor,
        "loser": loser,
        "heads": [
            {"customer": side, "label": customer_label(actor, side), "url": customer_url(side.pk),
             "agent": agent_name(side.summary.servicing_agent_id), **side_words(side)}
            for side in sides
        ],
        "lines": [(line, posted.get(f"choice-{line.name}", line.side)) for line in lines],
        "rows": row_lines(actor, rows[0], rows[1], pair.levels),
        "moving": what_moves(survivor.pk, loser.pk),
        "versions": f"{survivor.version}-{loser.version}",
    }  # fmt: skip


def show_pair(request: StaffRequest, pair: DuplicatePair, error: Refused | None = None) -> HttpResponse:
    """Show a pair; with ``error`` what was sent stands there still."""
    sides = _sides(request.actor, pair, request.POST.get("survivor") or request.GET.get("survivor", ""))
    near = neighbours_of(request.actor, pair)
    context: dict[str, Any] = {
        "pair": pair,
        "band": BANDS[pair.band],
        "status": STATUSES.get(pair.status, STATUSES["MERGED"]),
        "source": SOURCES.get(pair.source, pair.source),
        "near": near,
        "error": say(error) if error else "",
        "error_field": error.field if error else "",
        "reason": request.POST.get("reason", ""),
        "merge": pair.merges.filter(status="DONE").first(),
        "probability": f"{pair.probability:.4%}" if pair.weight else "",
        "weight": f"{pair.weight:+.1f}" if pair.weight else "",
    }
    if sides is not None and pair.status != DuplicatePair.Status.MERGED:
        context |= _compared(request, pair, sides)
        for side in sides:
            if request.method == "GET":
                note_opening(actor=request.actor, customer=side, face="compare", now=clock.now())
    return page(request, "customers/merging/compare.html", context, status=422 if error else 200)


@require_GET
@allow(permissions.MERGE)
def duplicate(request: StaffRequest, pair_id: int) -> HttpResponse:
    """Show the two records of a pair side by side."""
    return show_pair(request, access_pair(request.actor, pair_id, now=clock.now()))


@require_POST
@allow(permissions.MERGE)
def merge_pair(request: StaffRequest, pair_id: int) -> HttpResponse:
    """Merge a pair as chosen; a second press of the button finds it merged."""
    pair = access_pair(request.actor, pair_id, now=clock.now())
    posted = request.POST
    survivor = _number(posted.get("survivor", ""))
    loser = pair.a_id if survivor == pair.b_id else pair.b_id
    if survivor not in (pair.a_id, pair.b_id):
        return show_pair(request, pair, Refused("merge.same_record", field="survivor"))
    choices = {name: posted[f"choice-{name}"] for name in FIELDS if posted.get(f"choice-{name}")}
    seen = [_number(part) for part in posted.get("versions", "").split("-")]
    following = neighbours_of(request.actor, pair).next
    try:
        done = merge_customers(
            actor=request.actor, survivor_id=survivor, loser_id=loser, reason=posted.get("reason", ""),
            now=clock.now(), choices=choices, versions=(seen[0], seen[1]) if len(seen) == 2 else None,
        )  # fmt: skip
    except Refused as error:
        return show_pair(request, pair, error)
    undo = reverse("customers:merge", args=[done.pk])
    toast(request, gettext("The two customers are one now. Merge %(number)s can be undone.") % {"number": done.pk})
    if posted.get("then") == "next" and following:
        return HttpResponseRedirect(reverse("customers:duplicate", args=[following]))
    return HttpResponseRedirect(undo)


@require_POST
@allow(permissions.MERGE)
def distinct(request: StaffRequest, pair_id: int) -> HttpResponse:
    """Remember that a pair is two persons, and go on to the next."""
    pair = access_pair(request.actor, pair_id, now=clock.now())
    following = neighbours_of(request.actor, pair).next
    try:
        decide_distinct(actor=request.actor, pair_id=pair_id, note=request.POST.get("reason", ""), now=clock.now())
    except Refused as error:
        return show_pair(request, pair, error)
    toast(
        request,
        gettext("Remembered: these are two persons."),
        undo=reverse("customers:duplicate-reopen", args=[pair_id]),
    )
    if following:
        return HttpResponseRedirect(reverse("customers:duplicate", args=[following]))
    return HttpResponseRedirect(reverse("customers:duplicate-list"))


@require_POST
@allow(permissions.MERGE)
def reopen(request: StaffRequest, pair_id: int) -> HttpResponse:
    """Take "two persons" back."""
    pair = access_pair(request.actor, pair_id, now=clock.now())
    try:
        reopen_pair(actor=request.actor, pair_id=pair_id, now=clock.now())
    except Refused as error:
        return show_pair(request, pair, error)
    return HttpResponseRedirect(reverse("customers:duplicate", args=[pair_id]))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
