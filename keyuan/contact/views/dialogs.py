"""How dialogs about a customer answer: a form in the dialog for htmx, a page without."""

from typing import Any

from django import forms
from django.http import HttpResponse

from keyuan.customers.models import Customer
from keyuan.customers.selectors.subjects import customer_label
from keyuan.platform.http import StaffRequest, page

#: Panels that show something of consents, refusals or permits.
PANELS = ("contact", "timeline", "recent", "next_steps", "tasks", "home")


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
        **more,
    }
    status = 422 if form.errors else 200
    return page(request, "contact/dialog.html", context, part="dialog", status=status)
