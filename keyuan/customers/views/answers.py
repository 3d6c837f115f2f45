"""How small forms answer: in the dialog for htmx, as a page without; then what changed loads anew."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keyuan.customers.forms.head import may_of
from keyuan.customers.models import Customer
from keyuan.customers.selectors.subjects import customer_label
from keyuan.platform.http import StaffRequest, page
from keyuan.platform.toasts import toast


def ask(
    request: StaffRequest, customer: Customer, form: forms.Form, *, title: Any, verb: Any, **more: Any
) -> HttpResponse:
    """Show ``form`` about ``customer``; 422 when it came back with errors."""
    context = {
        "customer": customer,
        "label": customer_label(request.actor, customer),
        "form": form,
        "title": title,
        "verb": verb,
        "may": may_of(request.actor),
        **more,
    }
    status = 422 if form.errors else 200
    return page(request, "customers/dialog_page.html", context, part="dialog", status=status)


def changed(
    request: StaffRequest, customer_id: int, panels: Iterable[str], sentence: Any = "", *, undo: str = ""
) -> HttpResponse:
    """Say what happened, close the dialog and let ``panels`` load anew; a plain browser goes to the customer's page."""
    if sentence:
        toast(request, sentence, undo=undo)
    if not request.htmx:
        return HttpResponseRedirect(reverse("customers:customer", args=[customer_id]))
    events: dict[str, dict[str, str]] = {"dialog:close": {}, **{f"panel-{key}": {} for key in panels}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
