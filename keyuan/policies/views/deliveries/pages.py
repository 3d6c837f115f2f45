"""One shipment, preparing, sending, what became of it; the delivery of a contract; many at once (POL-8)."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform import attempts, clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.deliveries import BY_HAND, LinkForm, NewsForm, NumbersForm, PrepareForm, SendForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import PolicyLink, Shipment
from keyuan.policies.rules.deliveries.states import FAILED, Paper, State, may_follow
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.applications import access_application
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.deliveries import (
    access_shipment,
    events_of,
    links_of_policy,
    prepared_ids,
    shipments_of_policy,
)
from keyuan.policies.selectors.deliveries.labels import CARRIERS, PAPERS, SOURCES, STATES
from keyuan.policies.services.deliveries import many, reading, shipping, tracking

GET_OR_POST = require_http_methods(["GET", "POST"])


def papers_of(shipment: Shipment) -> str:
    """Return what is in the envelope in words."""
    return "、".join(str(PAPERS.get(code, code)) for code in shipment.papers)


def _customer(actor: Actor, customer_id: int, now: datetime) -> str:
    summary = summaries_visible_to(actor, now=now).filter(pk=customer_id).first()
    return customer_label(actor, summary) if summary else ""


def head(request: StaffRequest, shipment: Shipment) -> dict[str, Any]:
    """Return what every page of a shipment shows."""
    state = shipment.state
    return {
        "shipment": shipment,
        "state": STATES[state],
        "papers": papers_of(shipment),
        "carrier": CARRIERS.get(shipment.carrier, shipment.carrier),
        "customer": _customer(request.actor, shipment.customer_id, clock.now()),
        "number": policy_number(request.actor, shipment.policy) if shipment.policy else "",
        "full_url": reverse("policies:delivery", args=[shipment.pk]),
        "may_send": state == State.PREPARED,
        "may_tell": any(may_follow(state, target) for target in BY_HAND),
        "may_again": state in FAILED,
    }


@require_GET
@allow(permissions.DELIVER)
def delivery_detail(request: StaffRequest, shipment_id: int) -> HttpResponse:
    """Show a shipment and what happened to it."""
    shipment = access_shipment(request.actor, shipment_id, now=clock.now())
    context = head(request, shipment)
    if request.GET.get("panel"):
        return page(request, "policies/deliveries/panel.html", context)
    events = [
        (row, STATES.get(row.state, ("", row.state)), SOURCES.get(row.source, row.source))
        for row in events_of(shipment)[:100]
    ]
    return page(request, "policies/deliveries/detail.html", context | {"events": events})


def _form(request: StaffRequest, context: dict[str, Any], form: forms.Form, title: str) -> HttpResponse:
    context |= {"form": form, "title": title}
    return page(request, "policies/deliveries/act.html", context, status=422 if form.is_bound else 200)


def _prepare(
    request: StaffRequest, about: dict[str, int], back_url: str, subtitle: str, first: list[str]
) -> HttpResponse:
    form = PrepareForm(request.POST or None, for_policy="policy_id" in about, initial={"papers": first})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        draft = shipping.ShipmentDraft(tuple(values["papers"]), note=values["note"], **about)
        try:
            shipment = shipping.prepare(
                actor=request.actor, draft=draft, now=clock.now(), token=attempts.named(request)
            )
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, pgettext("courier", "The envelope is prepared"))
            return redirect("policies:delivery", shipment_id=shipment.pk)
    context = {"back_url": back_url, "subtitle": subtitle, "token": attempts.token_of(request)}
    return _form(request, context, form, pgettext("courier", "Prepare an envelope"))


@GET_OR_POST
@allow(permissions.DELIVER)
def delivery_prepare(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Prepare an envelope for a contract."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    back_url = reverse("policies:policy-detail", args=[policy.pk]) + "?tab=delivery"
    first = [Paper.CONTRACT, *([] if policy.receipt_signed_on else [Paper.RECEIPT])]
    words = f"{policy.product.name} {policy_number(request.actor, policy)}"
    return _prepare(request, {"policy_id": policy.pk}, back_url, words, [str(paper) for paper in first])


@GET_OR_POST
@allow(permissions.DELIVER)
def delivery_prepare_application(request: StaffRequest, application_id: int) -> HttpResponse:
    """Prepare an envelope with the application form for remote sales."""
    application = access_application(request.actor, application_id)
    back_url = reverse("policies:application-detail", args=[application.pk])
    about = {"application_id": application.pk}
    return _prepare(request, about, back_url, application.application_no, [str(Paper.APPLICATION)])


@GET_OR_POST
@allow(permissions.DELIVER)
def delivery_send(request: StaffRequest, shipment_id: int) -> HttpResponse:
    """Hand an envelope to the courier."""
    now = clock.now()
    shipment = access_shipment(request.actor, shipment_id, now=now)
    form = SendForm(request.POST or None, initial={"version": shipment.version, "on": now.date(), "carrier": "EMS"})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        words = f"{values['carrier']} {values['tracking_no'].strip().upper()}"
        news = shipping.News(State.SENT, values["on"], words, "STAFF", values["carrier"], values["tracking_no"])
        if _told(request, form, shipment, news, now):
            return redirect("policies:delivery", shipment_id=shipment.pk)
    return _form(request, _context(request, shipment), form, pgettext("courier", "Hand to the courier"))


def _context(request: StaffRequest, shipment: Shipment) -> dict[str, Any]:
    found = head(request, shipment)
    return found | {"back_url": found["full_url"], "subtitle": shipment.shipment_no}


def _told(request: StaffRequest, form: forms.Form, shipment: Shipment, news: shipping.News, now: datetime) -> bool:
    try:
        shipping.tell(
            actor=request.actor, shipment_id=shipment.pk, news=news, version=form.cleaned_data["version"], now=now
        )
    except Refused as error:
        put_errors(form, error)
        return False
    toast(request, _("Saved"))
    return True


@GET_OR_POST
@allow(permissions.DELIVER)
def delivery_news(request: StaffRequest, shipment_id: int) -> HttpResponse:
    """Record what became of a shipment; the day of a signed receipt begins cooling-off."""
    now = clock.now()
    shipment = access_shipment(request.actor, shipment_id, now=now)
    states = [str(state) for state in BY_HAND if may_follow(shipment.state, state)]
    form = NewsForm(request.POST or None, states=states, initial={"version": shipment.version, "on": now.date()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        news = shipping.News(values["state"], values["on"], values["words"])
        if _told(request, form, shipment, news, now):
            return redirect("policies:delivery", shipment_id=shipment.pk)
    return _form(request, _context(request, shipment), form, pgettext("courier", "What became of it"))


@require_POST
@allow(permissions.DELIVER)
def delivery_again(request: StaffRequest, shipment_id: int) -> HttpResponse:
    """Prepare a new envelope for one that came back or was lost."""
    now = clock.now()
    shipment = access_shipment(request.actor, shipment_id, now=now)
    try:
        made = many.send_again(actor=request.actor, shipment_ids=[shipment.pk], now=now)
    except Refused as error:
        toast(request, say(error), failed=True)
        return redirect("policies:delivery", shipment_id=shipment.pk)
    if made:
        toast(request, pgettext("courier", "The envelope is prepared"))
    return redirect("policies:delivery", shipment_id=made[0] if made else shipment.pk)


@GET_OR_POST
@allow(permissions.DELIVER)
def delivery_dispatch(request: StaffRequest) -> HttpResponse:
    """Send many: take in the tracking numbers, or fetch the file for the courier."""
    now = clock.now()
    form = NumbersForm(request.POST or None, initial={"on": now.date(), "carrier": "EMS"})
    left: list[many.Left] = []
    if request.method == "POST" and form.is_valid():
        try:
            done, left = many.send_many(actor=request.actor, now=now, **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, pgettext("courier", "%(count)s sent") % {"count": done}, failed=bool(left))
            if not left:
                return redirect("policies:deliveries")
    context = {
        "form": form,
        "left": [(one, say(one.error)) for one in left],
        "prepared": len(prepared_ids(request.actor, now=now)),
        "may_file": request.actor.may(permissions.DELIVER_FILE),
        "back_url": reverse("policies:deliveries"),
    }
    return page(request, "policies/deliveries/dispatch.html", context, status=422 if form.is_bound else 200)


@require_POST
@allow(permissions.DELIVER_FILE)
@confirmed
def delivery_file(request: StaffRequest) -> HttpResponse:
    """Hand out the file for the courier; it holds addresses, so whoever takes it stands on the trail."""
    now = clock.now()
    try:
        ids = prepared_ids(request.actor, now=now)
        name, content = tracking.dispatch_file(actor=request.actor, shipment_ids=ids, now=now)
    except Refused as error:
        toast(request, say(error), failed=True)
        return redirect("policies:delivery-dispatch")
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@allow(permissions.VIEW)
def policy_delivery(request: StaffRequest, policy_id: int) -> HttpResponse:
    """The tab on a contract: e-policy links, shipments, the receipt."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    context = {
        "policy": policy,
        "shipments": [(row, STATES[row.state], papers_of(row)) for row in shipments_of_policy(policy.pk)],
        "links": [(link, _link_word(link, now)) for link in links_of_policy(policy.pk)],
        "may_deliver": request.actor.may(permissions.DELIVER) and policy.issued_on is not None,
        "new_link": request.session.pop(f"policy-link-{policy.pk}", ""),
        "form": LinkForm(),
    }
    return page(request, "policies/deliveries/tab.html", context)


def _link_word(link: PolicyLink, now: datetime) -> tuple[str, str]:
    if link.confirmed_at is not None:
        return "ok", pgettext("e-policy", "Confirmed")
    if link.revoked_at is not None or link.expires_at <= now:
        return "off", pgettext("e-policy", "Over")
    return (
        ("accent", pgettext("e-policy", "Opened")) if link.opened_at else ("warn", pgettext("e-policy", "Not opened"))
    )


@require_POST
@allow(permissions.DELIVER)
def policy_link_create(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Make a link to the e-policy; its address is shown once."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    form = LinkForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    try:
        _link, token = reading.share_policy(actor=request.actor, policy_id=policy.pk, days=days, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        address = request.build_absolute_uri(reverse("policies:shared-policy", args=[token]))
        request.session[f"policy-link-{policy.pk}"] = address
        toast(request, _("The link is made; copy it now, it is shown once"))
    return redirect(reverse("policies:policy-detail", args=[policy.pk]) + "?tab=delivery")


@require_POST
@allow(permissions.DELIVER)
def policy_link_end(request: StaffRequest, policy_id: int, policy_link_id: int) -> HttpResponse:
    """End a link at once."""
    reading.revoke_policy_link(actor=request.actor, policy_id=policy_id, link_id=policy_link_id, now=clock.now())
    toast(request, pgettext("e-policy", "The link is ended"))
    return redirect(reverse("policies:policy-detail", args=[policy_id]) + "?tab=delivery")
