"""Pages of one order: taking in, detail with conversation and clocks, acts, lines, files (SRV-1, SRV-2)."""

from datetime import datetime

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.platform import attempts, clock
from keyuan.platform.files import attachments_of, download_url
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies.selectors import policies_of_customer, policies_visible_to
from keyuan.policies.selectors.contract import policy_number
from keyuan.service import permissions
from keyuan.service.forms import words
from keyuan.service.forms.orders import OrderForm
from keyuan.service.rules.improvement import ORDER
from keyuan.service.selectors import finding
from keyuan.service.selectors.complaints import complaint_of
from keyuan.service.selectors.desks import categories, macros
from keyuan.service.selectors.improvement.items import items_of_order
from keyuan.service.selectors.orders import (
    PANEL_LIMIT,
    access_order,
    complaints_about,
    entries_of,
    likely_same,
    orders_of_customer,
    related_to,
)
from keyuan.service.services import claiming, talking
from keyuan.service.services.setting_up import seed
from keyuan.service.services.taking_in import OrderDraft, take_in
from keyuan.service.views import shown
from keyuan.service.views.acts import ACTS, form_for, offered_acts
from keyuan.service.views.improvement.opened import improvements_of
from keyuan.service.views.keeping import keep_upload
from keyuan.service.views.leading import to

KIND = "work_order"
LOOK_BACK = 30


def order_url(order_id: int) -> str:
    """Return the address of an order's page."""
    return reverse("service:order", args=[order_id])


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.CREATE)
def order_new(request: StaffRequest) -> HttpResponse:
    """Take an order in about nobody on record."""
    return _new(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.CREATE)
def customer_order_new(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Take an order in from the customer's page."""
    return _new(request, customer_id)


def _new(request: StaffRequest, customer_id: int | None) -> HttpResponse:
    actor, now = request.actor, clock.now()
    customer = access_customer(actor, customer_id, now=now) if customer_id else None
    seed(now)
    policies = _policies(actor, customer_id, now) if customer_id else []
    initial = {"kind": request.GET.get("kind", "CONSULT")}
    form = OrderForm(request.POST or None, now=now, categories=categories(), policies=policies, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = take_in(actor=actor, draft=_draft(form, customer_id, request), now=now)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The order was taken in as %(number)s") % {"number": made.number})
            return to(request, _taken_url(actor, made.pk))
    context = {
        "form": form,
        "customer_name": customer_label(actor, customer) if customer else "",
        "cancel": reverse("customers:customer", args=[customer_id]) if customer_id else reverse("service:order-list"),
        "token": attempts.token_of(request),
        "may_search": actor.may(permissions.KNOWLEDGE),
    }
    return page(request, "service/order_new.html", context, status=422 if form.errors else 200)


def _taken_url(actor: Actor, order_id: int) -> str:
    """Return where taking in leads: a complaint about whoever took it in is for others from now on."""
    is_closed = order_id in complaints_about(actor)
    return reverse("service:order-list") if is_closed else order_url(order_id)


def _policies(actor: Actor, customer_id: int, now: datetime) -> list[tuple[int, str]]:
    """Return the customer's contracts, the newest first, by product and number: many hold one product twice."""
    visible = policies_visible_to(actor, now=now).filter(pk__in=policies_of_customer(customer_id).values("pk"))
    rows = visible.filter(holder_id=customer_id).select_related("product").order_by("-effective_on", "-pk")[:50]
    return [(row.pk, f"{row.product} {policy_number(actor, row)}") for row in rows]


def _draft(form: forms.Form, customer_id: int | None, request: StaffRequest) -> OrderDraft:
    data = form.cleaned_data
    agents, users, unknown = finding.people_by_number(data["accused"])
    if unknown:
        raise Refused("complaint.unknown_person", field="accused", number=unknown)
    names = ("source", "regulator_no", "regulator_due_on", "line", "capacity", "claimant_name", "has_authority",
             "has_identity", "has_kinship", "representatives", "group_size", "callback_phone")  # fmt: skip
    complaint = {name: data[name] for name in names if data[name]} | {"agent_ids": agents, "user_ids": users}
    return OrderDraft(
        kind=data["kind"], title=data["title"], contact_channel=data["contact_channel"],
        description=data["description"], subtype=data["subtype"], category_id=int(data["category"] or 0) or None,
        customer_id=customer_id, policy_id=int(data.get("policy") or 0) or None, caller_name=data["caller_name"],
        priority=int(data["priority"]), received_at=data["received_at"], token=attempts.named(request),
        complaint=complaint if data["kind"] == "COMPLAINT" else {},
    )  # fmt: skip


@require_safe
@allow(permissions.VIEW)
def order(request: StaffRequest, order_id: int) -> HttpResponse:
    """One order: where it stands, what can be done next, conversation, properties, clocks."""
    actor, now = request.actor, clock.now()
    found = access_order(actor, order_id, now=now)
    complaint = complaint_of(found.pk)
    name = customer_label(actor, found.customer) if found.customer else found.caller_name
    acts = offered_acts(actor, found, complaint, follows=finding.follows(actor, found.pk))
    files = list(attachments_of(actor, Subject(KIND, found.pk)))
    context = {
        "order": found,
        "full_url": order_url(found.pk),
        "customer_name": name,
        "facts": shown.facts(found),
        "state": words.state_of(found.status),
        "kind": words.word(words.KINDS, found.kind),
        "steps": shown.steps(found),
        "acts": acts[:4],
        "more_acts": acts[4:],
        "lines": [shown.line(row) for row in entries_of(found.pk)],
        "clocks": shown.clocks_of_order(found, now),
        "complaint": shown.complaint(actor, complaint) if complaint else None,
        "related": [shown.short(row) for row in related_to(actor, found, now=now)],
        "same": [shown.short(row) for row in likely_same(actor, found, now=now, days=LOOK_BACK)]
        if found.is_open
        else [],
        "files": [{"file": row, "url": download_url(actor, row.pk)} for row in files],
        "macros": [(row.name, talking.filled(row.body, shown.places(actor, found, name))) for row in macros()],
        "may": {
            "work": actor.may(permissions.WORK),
            "merge": any(act.key == "merge" for act in acts),
            "export": actor.may(EXPORT_RUN),
            "knowledge": actor.may(permissions.KNOWLEDGE),
        },
        **improvements_of(actor, ORDER, found.pk, items_of_order(actor, found.pk)),
        "token": attempts.token_of(request),
        "line_kinds": [("REPLY", words.ANSWER), ("NOTE", words.NOTE), ("INBOUND", words.INBOUND)],
    }
    template = "service/order_panel.html" if request.GET.get("panel") else "service/order.html"
    return page(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.VIEW)
def order_act(request: StaffRequest, order_id: int, action_key: str) -> HttpResponse:
    """Do something with an order: a form in the dialog, or a button alone."""
    actor, now = request.actor, clock.now()
    found = access_order(actor, order_id, now=now)
    act = ACTS.get(action_key)
    if act is None or not actor.may(act.permission):
        raise Http404(action_key)
    typed = request.POST if request.method == "POST" else None
    form = form_for(act, found, typed, other=request.GET.get("other", ""))
    if request.method == "POST" and form.is_valid():
        try:
            act.run(actor, found.pk, form.cleaned_data, now)
        except Refused as error:
            if not form.fields:
                toast(request, say(error), failed=True)
                return to(request, order_url(found.pk))
            explain(form, error)
        else:
            toast(request, _("%(number)s: %(act)s") % {"number": found.number, "act": act.label})
            return to(request, order_url(found.pk))
    context = {"form": form, "order": found, "act": act, "title": act.label}
    return page(request, "service/act.html", context, part="dialog", status=422 if form.errors else 200)


@require_POST
@allow(permissions.VIEW)
def order_line(request: StaffRequest, order_id: int) -> HttpResponse:
    """Write into the conversation of an order."""
    found = access_order(request.actor, order_id, now=clock.now())
    kind, text = request.POST.get("kind", "NOTE"), request.POST.get("text", "")
    try:
        talking.say(actor=request.actor, order_id=found.pk, kind=kind, text=text, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        # Nothing typed is lost: the page stays as it is.
        return HttpResponse(status=204) if request.htmx else HttpResponseRedirect(order_url(found.pk))
    return to(request, order_url(found.pk))


@require_POST
@allow(permissions.WORK)
def order_file(request: StaffRequest, order_id: int) -> HttpResponse:
    """Keep a file with an order."""
    found = access_order(request.actor, order_id, now=clock.now())
    keep_upload(request, Subject(KIND, found.pk), "order", customer_id=found.customer_id)
    return to(request, order_url(found.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.WORK)
def take_next(request: StaffRequest) -> HttpResponse:
    """Take what is first in the queues of one's desks; asked for by a link, a button does it."""
    if request.method != "POST":
        return page(request, "service/take_next.html", {})
    taken = claiming.take_next(actor=request.actor, now=clock.now())
    if taken is None:
        toast(request, _("Nothing waits in the queues of your desks."))
        return to(request, reverse("service:order-list"))
    return to(request, order_url(taken.pk))


@require_safe
@allow(permissions.VIEW)
def customer_orders(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel of the customer's page."""
    access_customer(request.actor, customer_id, now=clock.now())
    limit = 200 if request.GET.get("whole") else PANEL_LIMIT
    rows = list(orders_of_customer(request.actor, customer_id)[: limit + 1])
    context = {
        "rows": [shown.short(row) for row in rows[:limit]],
        "more": len(rows) > limit,
        "customer_id": customer_id,
        "may_create": request.actor.may(permissions.CREATE),
    }
    return page(request, "service/panels/orders.html", context)
