"""Merges: the list, one merge with what it moved, undoing it, and what a record's page shows of it (CUS-8)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.forms.merging.compare import label_of_field
from keyuan.customers.forms.merging.forms import ProposeForm
from keyuan.customers.forms.merging.wording import BANDS, CRITERIA, MERGE_STATUSES
from keyuan.customers.forms.trail import change_row
from keyuan.customers.models import Customer, Merge
from keyuan.customers.rules.merging.survivorship import FIELDS
from keyuan.customers.selectors.choosing import chosen_customer
from keyuan.customers.selectors.merging.merges import access_merge, merges_of, merges_visible_to
from keyuan.customers.selectors.merging.preview import added_since, changes_since, moved_counts
from keyuan.customers.selectors.merging.queue import decided_pairs_of, names_in_reach, open_pairs_of
from keyuan.customers.services.merging.merging import propose_pair, review_done, undo_merge
from keyuan.customers.views.answers import ask
from keyuan.customers.views.merging.queue import PairExtras, unit_of
from keyuan.customers.views.opened import opened, panel_context
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import clock, people
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.lists import (
    BooleanFilter,
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    Sort,
    Status,
    View,
)
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

#: What an undo could not put back by itself, in words.
FLAGS = {
    "edited": _("Changed since the merge, kept as it is: %(fields)s"),
    "gone": _("%(count)s rows were deleted or went elsewhere since"),
    "added": _("%(count)s rows came since and stayed with the survivor"),
    "stuck": _("%(count)s rows could not return beside what stands there"),
}


@dataclass(frozen=True)
class MergeExtras(PairExtras):
    """The names behind a page of merges."""

    staff: dict[int, str]


def _status(row: Merge, _extras: Any) -> Status:
    if row.needs_review:
        return Status(_("To be looked at"), "warn")
    return Status(*MERGE_STATUSES[row.status])


class MergeList(ListSpec):
    """Merges of customers in scope, the latest first."""

    key = "merges"
    title = _("Merges")
    permission = permissions.MERGE
    url_name = "customers:merge-list"
    noun = _("merges")
    columns = (
        Column(key="number", label=_("Merge"), value=lambda row, _extras: str(row.pk), width=96, first=True),
        Column(key="survivor", label=_("Survivor"), value=lambda row, extras: extras.name(row.survivor_id), width=160,
               phone=True),
        Column(key="loser", label=_("Merged record"), value=lambda row, _extras: row.loser.customer_no, width=140),
        Column(key="done", label=_("When"), value="done_at", kind="moment", width=150, sort="done", phone=True),
        Column(key="by", label=_("By whom"), value=lambda row, extras: extras.staff.get(row.done_by_id, ""), width=110),
        Column(key="batch", label=_("Batch"), value=lambda row, _extras: str(row.batch_id or ""), width=80),
        Column(key="unit", label=_("Unit"), value=lambda row, extras: extras.units.get(unit_of(row) or 0, ""),
               width=160, low_priority=True),
        Column(key="status", label=_("State"), value=_status, kind="status", width=128),
        Column(key="reason", label=_("Reason"), value="reason", width=200, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="status", label=_("State"), field="status", dense=True, primary=True,
            choices=tuple(Choice(code, MERGE_STATUSES[code][0]) for code in ("DONE", "UNDONE")),
        ),
        BooleanFilter(key="review", label=_("To be looked at"), field="needs_review", dense=True),
    )  # fmt: skip
    sorts = (Sort(key="done", label=_("When"), field="done_at", descending=True),)
    default_sort = "-done"
    views = (
        View(key="all", label=_("All merges")),
        View(key="review", label=_("To be looked at"), query="review=1&sort=-done"),
    )
    empty = Empty(title=_("No merges yet"), text=_("What was merged appears here, and can be undone."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Merges whose survivor stood in scope."""
        return [merges_visible_to(actor).select_related("loser")]

    def prepare(self, actor: Actor, rows: Sequence[Merge], _context: FilterContext) -> MergeExtras:
        """Name customers, units and people."""
        found = names_in_reach(actor, [row.survivor_id for row in rows], now=clock.now())
        staff = people.names_of([row.done_by_id for row in rows if row.done_by_id])
        return MergeExtras(actor, found, unit_names(map(unit_of, rows)), staff)

    def row_url(self, row: Merge) -> str:
        """The merge's page."""
        return reverse("customers:merge", args=[row.pk])

    def panel_url(self, _row: Merge) -> str:
        """Merges open whole."""
        return ""


def flag_words(flag: dict[str, Any]) -> str:
    """Return one flag of an undo as a sentence."""
    fields = flag.get("fields", [])
    named = "、".join(str(label_of_field(name)) if name in FIELDS else name for name in fields)
    return str(FLAGS[flag["kind"]]) % {"fields": named, "count": flag.get("count", 0)}


def _shown(request: StaffRequest, merge: Merge, error: Refused | None = None) -> HttpResponse:
    actor = request.actor
    done = merge.status == Merge.Status.DONE
    names = names_in_reach(actor, [merge.survivor_id, merge.loser_id], now=clock.now())
    extras = PairExtras(actor, names, {})
    context = {
        "merge": merge,
        "status": _status(merge, None),
        "survivor": extras.name(merge.survivor_id),
        "survivor_url": customer_url(merge.survivor_id) if merge.survivor_id in names else "",
        "loser": extras.name(merge.loser_id) if merge.loser_id in names else merge.loser.customer_no,
        "loser_url": customer_url(merge.loser_id) if merge.loser_id in names else "",
        "staff": people.names_of([pk for pk in (merge.done_by_id, merge.undone_by_id) if pk]),
        "choices": [(label_of_field(name), CRITERIA.get(why, why)) for name, why in merge.choices.items()],
        "moved": moved_counts(merge),
        "added": added_since(merge) if done else [],
        "events": [change_row(actor, event) for event in changes_since(merge)] if done else [],
        "flags": [flag_words(flag) for flag in merge.flags],
        "error": say(error) if error else "",
        "reason": request.POST.get("reason", ""),
        "ticked": set(request.POST.getlist("added")),
        "not_the_same": request.POST.get("not_the_same", ""),
    }
    return page(request, "customers/merging/merge.html", context, status=422 if error else 200)


@require_GET
@allow(permissions.MERGE)
def merge(request: StaffRequest, merge_id: int) -> HttpResponse:
    """Show a merge: what was taken, what moved, what came since, and how to undo it."""
    return _shown(request, access_merge(request.actor, merge_id, now=clock.now()))


@require_POST
@allow(permissions.MERGE)
def merge_undo(request: StaffRequest, merge_id: int) -> HttpResponse:
    """Take a merge apart; rows that came since go where they were ticked."""
    found = access_merge(request.actor, merge_id, now=clock.now())
    added: dict[str, list[int]] = {}
    for text in request.POST.getlist("added"):
        key, _colon, row = text.rpartition(":")
        if row.isdecimal():
            added.setdefault(key, []).append(int(row))
    try:
        undone = undo_merge(
            actor=request.actor, merge_id=merge_id, reason=request.POST.get("reason", ""), now=clock.now(),
            added=added, not_the_same=bool(request.POST.get("not_the_same")),
        )  # fmt: skip
    except Refused as error:
        return _shown(request, found, error)
    toast(request, gettext("The merge was undone: both customers stand as they did."))
    return HttpResponseRedirect(reverse("customers:merge", args=[undone.pk]))


@require_POST
@allow(permissions.MERGE)
def merge_reviewed(request: StaffRequest, merge_id: int) -> HttpResponse:
    """Note that what an undo flagged was looked at."""
    review_done(actor=request.actor, merge_id=merge_id, now=clock.now())
    return HttpResponseRedirect(reverse("customers:merge", args=[merge_id]))


@require_GET
@allow(permissions.VIEW)
def merges(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel of a record: who may be the same, who is not, what was merged and undone."""
    customer = opened(request, customer_id)
    now = clock.now()
    pairs = open_pairs_of(request.actor, customer.pk, now=now)
    distinct = decided_pairs_of(customer.pk)
    history = merges_of(customer.pk)
    others = {other_of(pair, customer.pk) for pair in (*pairs, *distinct)}
    names = names_in_reach(request.actor, others, now=now)
    extras = PairExtras(request.actor, names, {})
    context = panel_context(
        request,
        customer_id,
        pairs=[
            (pair, extras.name(other_of(pair, customer.pk)), names[other_of(pair, customer.pk)].customer_no,
             Status(*BANDS[pair.band]))
            for pair in pairs
        ],
        distinct=[
            (pair, extras.name(other_of(pair, customer.pk)))
            for pair in distinct
            if other_of(pair, customer.pk) in names
        ],
        history=[
            (row, row.loser if row.survivor_id == customer.pk else row.survivor, _status(row, None)) for row in history
        ],
        decides=request.actor.may(permissions.MERGE),
    )  # fmt: skip
    return page(request, "customers/merging/panel.html", context)


def other_of(pair: Any, customer_id: int) -> int:
    """Return the other customer of a pair."""
    return int(pair.b_id if pair.a_id == customer_id else pair.a_id)


@require_http_methods(["GET", "POST"])
@allow(permissions.MERGE)
def propose(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Take a customer for the same as another one, and compare them."""
    customer = opened(request, customer_id)
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            other = chosen_customer(request.actor, form.cleaned_data["other"], now=clock.now())
            pair = propose_pair(
                actor=request.actor, one_id=customer.pk, other_id=other.pk, note=form.cleaned_data["note"],
                now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            address = reverse("customers:duplicate", args=[pair.pk])
            if request.htmx:
                return HttpResponse(status=204, headers={"HX-Redirect": address, "HX-Trigger": json.dumps({})})
            return HttpResponseRedirect(address)
    return ask(request, customer, form, title=_("Compare with another customer"), verb=_("Compare"))


def twins_of(actor: Actor, customer: Customer) -> int:
    """Return how many customers in reach may be the same as this one."""
    return len(open_pairs_of(actor, customer.pk, now=clock.now()))
