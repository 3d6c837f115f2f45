"""Automated decisions about a customer: what programs say and why, objecting, asking a person (PIPL 24)."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.extensions import Judged, automated
from keyuan.analytics.forms.objections.saying import SaidForm
from keyuan.analytics.forms.registry.words import model_name
from keyuan.analytics.models import AutomationObjection
from keyuan.analytics.selectors.objections import objections_of
from keyuan.analytics.services.objections.noting import KIND, note_objection, withdraw_objection
from keyuan.contact.selectors.labels import SOURCES, label_of
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.tasks import create_task
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import opened, panel_context
from keyuan.kernel.errors import Refused
from keyuan.platform import clock, formats
from keyuan.platform.audit import Action, record_read
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

#: What loads anew when an objection was noted or taken back.
PANELS = ("automated", "score", "churn", "offers")
#: A person looks at a decision within so many days.
REVIEW_DAYS = 3


def _judged(customer_id: int) -> list[Judged]:
    return [one for part in automated for one in part.explain(customer_id)]


@require_GET
@allow(permissions.OBJECTIONS)
def panel(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Show whether the customer objects, and how many judgements by programs stand."""
    opened(request, customer_id)
    newest = next(iter(objections_of(customer_id)), None)
    context = {"standing": newest if newest and newest.withdrawn_at is None else None, "judged": _judged(customer_id)}
    return render(request, "analytics/objections/panel.html", panel_context(request, customer_id, **context))


@require_GET
@allow(permissions.OBJECTIONS)
def explain(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Explain every judgement by a program to the customer, with what follows from it and what one may ask for."""
    customer, now = opened(request, customer_id), clock.now()
    record_read(request.actor, Action.VIEW, Subject(KIND, customer.pk), customer_id=customer.pk, now=now)
    rows = objections_of(customer.pk)
    context = {
        "customer": customer,
        "label": customer_label(request.actor, customer),
        "judged": [{"row": one, "model": model_name(one.model)} for one in _judged(customer.pk)],
        "standing": next((row for row in rows if row.withdrawn_at is None), None),
        "objections": [_shown(row) for row in rows],
        "today": clock.today(),
    }
    return page(request, "analytics/objections/explain.html", context)


def _shown(row: AutomationObjection) -> dict[str, Any]:
    back = label_of(SOURCES, row.withdrawn_channel) if row.withdrawn_channel else ""
    return {"row": row, "way": label_of(SOURCES, row.channel), "back": back}


@require_http_methods(["GET", "POST"])
@allow(permissions.OBJECTIONS)
def object_to(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Note that the customer does not want to be judged by programs."""
    title, verb = _("Object to automated decisions"), pgettext("objection", "Note the objection")
    done = _("Noted: what programs judged of the customer was taken away and is not made again")
    return _said(request, customer_id, note_objection, title=title, verb=verb, done=done)


@require_http_methods(["GET", "POST"])
@allow(permissions.OBJECTIONS)
def take_back(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Note that the customer took the objection back."""
    title, verb = _("Take the objection back"), pgettext("objection", "Note it")
    done = _("Noted: programs judge the customer again from the next night on")
    return _said(request, customer_id, withdraw_objection, title=title, verb=verb, done=done)


def _said(request: StaffRequest, customer_id: int, act: Any, *, title: str, verb: str, done: str) -> HttpResponse:
    customer = opened(request, customer_id)
    form = SaidForm(request.POST or None, today=clock.today(), ends=act is withdraw_objection)
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=request.actor, customer_id=customer.pk, said=form.said, now=clock.now())
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANELS, done)
    return ask(request, customer, form, title=title, verb=verb)


@require_POST
@allow(permissions.OBJECTIONS)
def review(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Ask that a person decides: a task for whoever serves the customer; pressed twice there is one."""
    customer, now = opened(request, customer_id), clock.now()
    try:
        task = create_task(
            actor=request.actor, customer_id=customer.pk, kind="CALLBACK",
            title=_("Decide in person what a program judged, and tell the customer"),
            due_at=now + timedelta(days=REVIEW_DAYS), now=now, about=Subject(KIND, customer.pk),
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("A person decides: the task falls due on %(day)s") % {"day": formats.day(task.due_at)})
    return HttpResponseRedirect(reverse("analytics:automated-explain", args=[customer.pk]))
