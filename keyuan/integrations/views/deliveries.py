"""A delivery: claimed, read, written and held side by side; what a person decides about it (PLT-14)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.integrations import permissions
from keyuan.integrations.forms import ReasonForm
from keyuan.integrations.models import Delivery
from keyuan.integrations.rules.claims import WAIVABLE
from keyuan.integrations.selectors import access_delivery
from keyuan.integrations.selectors.deliveries import parts_of
from keyuan.integrations.selectors.labels import STATES
from keyuan.integrations.selectors.reconciling import compared, refused_rows
from keyuan.integrations.services import deciding
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, may_open, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code

GET_OR_POST = require_http_methods(["GET", "POST"])
Decide = Callable[..., Delivery]


def _is_apart(delivery: Delivery) -> bool:
    waits = delivery.state == Delivery.State.WAITING and delivery.reason == "delivery.gap"
    return delivery.state == Delivery.State.QUARANTINED or waits


@require_safe
@allow(permissions.VIEW)
def delivery_detail(request: StaffRequest, delivery_id: int) -> HttpResponse:
    delivery = access_delivery(request.actor, delivery_id)
    parts = [compared(delivery, part) for part in parts_of(delivery)]
    for part in parts:
        part.import_url = _import_url(request, part.import_id)
    is_apart = _is_apart(delivery) and request.actor.may(permissions.RELEASE)
    context = {
        "delivery": delivery,
        "connector": delivery.connector,
        "state": STATES[delivery.state],
        "reason": say_code(delivery.reason, delivery.reason_params) if delivery.reason else "",
        "waived": [say_waived(code) for code in delivery.waived],
        "parts": parts,
        "is_open": delivery.state in Delivery.MOVING,
        "may_decide": is_apart,
        "may_release": is_apart and delivery.reason in WAIVABLE,
    }
    return page(request, "integrations/delivery.html", context, part="state")


def say_waived(code: str) -> str:
    """Return in a few words what was waived."""
    words = {
        "delivery.rows": _("Number of rows"),
        "delivery.total": _("Control total"),
        "delivery.refused": _("Share of refused rows"),
        "delivery.gap": _("Missing number"),
        "delivery.old_sequence": _("Order of numbers"),
        "delivery.changed_content": _("Changed content"),
    }
    return words.get(code, code)


def _import_url(request: StaffRequest, import_id: int | None) -> str:
    """Return the address of an import where this post may look at those of machines, too."""
    url = reverse("platform:import-detail", args=[import_id]) if import_id else ""
    return url if url and may_open(request.actor, url) and may_open(request.actor, reverse("platform:jobs")) else ""


@require_safe
@allow(permissions.VIEW)
def delivery_refused(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The refused rows of a delivery, by number; values stay in the file."""
    delivery = access_delivery(request.actor, delivery_id)
    rows, following = refused_rows(parts_of(delivery), request.GET.get("after", ""))
    context = {"delivery": delivery, "rows": rows, "following": following}
    return page(request, "integrations/delivery_refused.html", context, part="rows")


def _decide(request: StaffRequest, delivery_id: int, act: Decide, title: str, verb: str, done: str) -> HttpResponse:
    delivery = access_delivery(request.actor, delivery_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=request.actor, delivery_id=delivery.pk, reason=form.cleaned_data["reason"], now=clock.now())
        except NotFound:
            raise
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, say(error))
        else:
            toast(request, done)
            return HttpResponseRedirect(reverse("integrations:delivery", args=[delivery.pk]))
    context: dict[str, Any] = {"form": form, "title": title, "verb": verb, "delivery": delivery}
    context["reason"] = say_code(delivery.reason, delivery.reason_params) if delivery.reason else ""
    return page(request, "integrations/delivery_act.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
@allow(permissions.RELEASE)
def delivery_release(request: StaffRequest, delivery_id: int) -> HttpResponse:
    title, done = _("Release the delivery"), _("The delivery was released and is being loaded")
    return _decide(request, delivery_id, deciding.release_delivery, title, _("Release"), done)


@GET_OR_POST
@allow(permissions.RELEASE)
def delivery_retry(request: StaffRequest, delivery_id: int) -> HttpResponse:
    title, done = _("Try the delivery again"), _("The delivery is taken up again")
    return _decide(request, delivery_id, deciding.retry_delivery, title, _("Try again"), done)


@GET_OR_POST
@allow(permissions.RELEASE)
def delivery_reject(request: StaffRequest, delivery_id: int) -> HttpResponse:
    title, done = _("Reject the delivery"), _("The delivery was rejected")
    return _decide(request, delivery_id, deciding.reject_delivery, title, _("Reject"), done)
