"""Purposes with their fields, and the consent texts (PLT-8; PIPL 6, 13, 14)."""

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.contact import permissions
from keyuan.contact.forms.purposes import PurposeForm, TextForm
from keyuan.contact.rules.purposes import FIELDS, Terms
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.field_names import FIELD_NAMES
from keyuan.contact.selectors.terms import access_purpose, changes_of_purpose, purposes, texts_of
from keyuan.contact.services.terms import add_text, save_purpose
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def _row(terms: Terms) -> dict[str, object]:
    return {
        "terms": terms,
        "name": labels.purpose_name(terms),
        "kind": labels.KINDS[terms.kind],
        "basis": labels.BASES[terms.basis],
        "channels": "、".join(labels.channel_name(code) for code in terms.channels),
        "fields": [FIELD_NAMES[name] for name in FIELDS if name in terms.fields],
    }


@require_GET
@allow(permissions.VIEW)
def purpose_list(request: StaffRequest) -> HttpResponse:
    """Every purpose: basis, channels, how many fields."""
    context = {
        "rows": [_row(terms) for terms in purposes().values()],
        "may_edit": request.actor.may(permissions.PURPOSES),
    }
    return page(request, "contact/purposes.html", context)


@require_GET
@allow(permissions.VIEW)
def purpose(request: StaffRequest, purpose_key: str) -> HttpResponse:
    """One purpose: its fields, texts and history."""
    terms = access_purpose(purpose_key)
    context = {
        **_row(terms),
        "texts": texts_of(terms.key),
        "history": changes_of_purpose(terms.key),
        "may_edit": request.actor.may(permissions.PURPOSES),
        "today": clock.today(),
    }
    return page(request, "contact/purpose.html", context)


def _explain(form: forms.Form, error: Refused) -> None:
    for part in error.errors if isinstance(error, Invalid) else [error]:
        name = "fields_SENSITIVE" if part.field == "fields" else part.field
        form.add_error(name if name in form.fields else None, say(part))


@require_http_methods(["GET", "POST"])
@allow(permissions.PURPOSES)
def purpose_edit(request: StaffRequest, purpose_key: str = "") -> HttpResponse:
    """Change a purpose, or add one."""
    terms = access_purpose(purpose_key) if purpose_key else None
    form = PurposeForm(request.POST or None, terms=terms)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            row = save_purpose(
                actor=request.actor, terms=form.terms(), reason=values["reason"], version=values["version"],
                now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            _explain(form, error)
        else:
            toast(request, _("The purpose was saved"))
            return HttpResponseRedirect(reverse("contact:purpose", args=[row.key]))
    title = _("Change %(purpose)s") % {"purpose": labels.purpose_name(terms)} if terms else _("Add a purpose")
    cancel = reverse("contact:purpose", args=[terms.key]) if terms else reverse("contact:purpose-list")
    context = {"form": form, "title": title, "cancel_url": cancel, "key": "purpose"}
    return page(request, "contact/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(permissions.PURPOSES)
def text_add(request: StaffRequest, purpose_key: str) -> HttpResponse:
    """Add the next version of a consent text."""
    terms = access_purpose(purpose_key)
    form = TextForm(request.POST or None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            add_text(actor=request.actor, draft=form.draft(terms.key), today=clock.today(), now=clock.now())
        except Refused as error:
            _explain(form, error)
        else:
            toast(request, _("The text was added"))
            return HttpResponseRedirect(reverse("contact:purpose", args=[terms.key]))
    context = {
        "form": form,
        "title": _("New consent text: %(purpose)s") % {"purpose": labels.purpose_name(terms)},
        "cancel_url": reverse("contact:purpose", args=[terms.key]),
        "note": _("What somebody has agreed to stays as it is; the version before ends the day before."),
        "key": "consent-text",
    }
    return page(request, "contact/form.html", context, status=422 if form.errors else 200)
