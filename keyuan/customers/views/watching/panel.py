"""The watch list on a customer's page, for those entitled: proposal, decision, review, appeal (CUS-10)."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.customers import permissions
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.forms.special import AppealForm, RenewForm, WatchForm
from keyuan.customers.forms.standards import NoteForm
from keyuan.customers.models import WatchListing
from keyuan.customers.selectors.watching import CRITERIA, GRADES, access_listing, appeals_of, listings_of
from keyuan.customers.services.watching import listings as services
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import opened, panel_context
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record_read
from keyuan.platform.http import StaffRequest, allow, page

PANEL = ("watch",)
LISTING_ACTS = ("confirm", "refuse", "withdraw", "lift")
APPEAL_ACTS = {"appeal-uphold": "uphold", "appeal-lift": "lift"}


@require_GET
@allow(permissions.WATCH_VIEW)
def watch(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The customer's listings; a look at them is kept on the trail."""
    customer = opened(request, customer_id)
    actor, today = request.actor, clock.today()
    rows = listings_of(customer.pk)
    if rows:
        subject = Subject("customer", customer.pk)
        record_read(actor, Action.VIEW, subject, customer_id=customer.pk, detail={"face": "watch"}, now=clock.now())
    more = {
        "lines": [line_of(actor, row, today) for row in rows],
        "may_propose": actor.may(permissions.WATCH_PROPOSE)
        and not any(row.status in ("PROPOSED", "IN_FORCE") for row in rows),
    }
    return page(request, "customers/watching/panel.html", panel_context(request, customer_id, **more))


def line_of(actor: Actor, row: WatchListing, today: Any) -> dict[str, Any]:
    """Return a listing in words with what this actor may do with it."""
    word, tone = state_of(row.status)
    appeals = appeals_of(row)
    open_appeal = next((appeal for appeal in appeals if appeal.outcome == "OPEN"), None)
    return {
        "row": row,
        "grade": GRADES[row.grade],
        "criterion": CRITERIA.get(row.criterion, row.criterion),
        "word": word,
        "tone": tone,
        "late": row.status == "IN_FORCE" and row.review_on < today,
        "appeals": [(appeal, appeal_word(appeal.outcome)) for appeal in appeals],
        "acts": [(act, act_word(act)) for act in acts_of(actor, row, has_appeal=open_appeal is not None)],
    }


def acts_of(actor: Actor, row: WatchListing, *, has_appeal: bool) -> list[str]:
    """Return what this actor may do with a listing now."""
    decides, proposes = actor.may(permissions.WATCH_DECIDE), actor.may(permissions.WATCH_PROPOSE)
    acts = []
    if row.status == "PROPOSED":
        own = row.proposed_by_id == actor.id
        acts += ["confirm", "refuse"] if decides and not own else []
        acts += ["withdraw"] if proposes and own else []
    elif row.status == "IN_FORCE":
        uninvolved = actor.id not in (row.proposed_by_id, row.decided_by_id)
        acts += ["appeal-uphold", "appeal-lift"] if has_appeal and decides and uninvolved else []
        acts += ["appeal"] if proposes and not has_appeal else []
        acts += ["renew", "lift"] if decides else []
    return acts


def state_of(status: str) -> tuple[Any, str]:
    """Return word and tone of a listing's state."""
    words = {
        "PROPOSED": (_("Waits for a decision"), "warn"),
        "IN_FORCE": (_("In force on the list"), "bad"),
        "REFUSED": (_("Refused"), ""),
        "WITHDRAWN": (_("Withdrawn"), ""),
        "LIFTED": (_("Lifted"), "ok"),
        "EXPIRED": (_("Over"), ""),
    }
    return words.get(status, (status, ""))


def act_word(act: str) -> Any:
    """Return the verb of an act."""
    words = {
        "confirm": _("Put on the list"),
        "refuse": _("Refuse"),
        "withdraw": _("Withdraw"),
        "lift": _("Take off the list"),
        "renew": _("Confirm the review"),
        "appeal": _("Take down an appeal"),
        "appeal-uphold": _("Uphold the listing"),
        "appeal-lift": _("Grant the appeal"),
    }
    return words.get(act, act)


def appeal_word(outcome: str) -> Any:
    """Return the word of an appeal's outcome."""
    words = {"OPEN": _("Waits for a decision"), "UPHELD": _("Listing upheld"), "LIFTED": _("Appeal granted")}
    return words.get(outcome, outcome)


@require_http_methods(["GET", "POST"])
@allow(permissions.WATCH_PROPOSE)
def watch_propose(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Propose a customer for the list."""
    customer = opened(request, customer_id)
    form = WatchForm(request.POST or None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_listing(actor=request.actor, customer_id=customer.pk, draft=form.draft(), now=clock.now())
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANEL, _("The proposal waits for another person's decision"))
    note = _("It has no effect before another person confirms it. The customer may ask for the reasons and appeal.")
    return ask(request, customer, form, title=_("Claims watch list"), verb=_("Propose"), note=note)


@require_http_methods(["GET", "POST"])
@allow(permissions.WATCH_VIEW)
def watch_act(request: StaffRequest, listing_id: int, watch_step: str) -> HttpResponse:
    """Take a step with a listing or an appeal; each asks for its reason."""
    row = access_listing(request.actor, listing_id, now=clock.now())
    form = _form_of(watch_step, request)
    customer = opened(request, row.customer_id)
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, row, watch_step, form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANEL, _("The decision is kept"))
    return ask(request, customer, form, title=_("Claims watch list"), verb=act_word(watch_step))


def _form_of(act: str, request: StaffRequest) -> forms.Form:
    today = clock.today()
    if act == "appeal":
        return AppealForm(request.POST or None, today=today)
    if act == "renew":
        return RenewForm(request.POST or None, today=today)
    if act in LISTING_ACTS or act in APPEAL_ACTS:
        return NoteForm(request.POST or None)
    raise NotFound("watch.not_found")


def _take(request: StaffRequest, row: WatchListing, act: str, values: dict[str, Any]) -> None:
    actor, now = request.actor, clock.now()
    if act == "appeal":
        services.receive_appeal(
            actor=actor, listing_id=row.pk, grounds=values["grounds"], on=values["received_on"], now=now
        )
    elif act == "renew":
        services.renew_review(
            actor=actor, listing_id=row.pk, review_on=values["review_on"], note=values["note"], now=now
        )
    elif act in APPEAL_ACTS:
        services.decide_appeal(actor=actor, listing_id=row.pk, act=APPEAL_ACTS[act], note=values["note"], now=now)
    else:
        services.decide_listing(actor=actor, listing_id=row.pk, act=act, note=values["note"], now=now)
