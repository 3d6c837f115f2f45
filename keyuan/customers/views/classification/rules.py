"""The thresholds: form, preview of what a change would move, history (CUS-5)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.classification import words
from keyuan.customers.forms.classification.thresholds import NUMBERS, ThresholdsForm, initial_of
from keyuan.customers.models import ClassRules
from keyuan.customers.rules.classification import from_json
from keyuan.customers.selectors.classification.columns import rules_in_force
from keyuan.customers.selectors.classification.versions import versions
from keyuan.customers.services.classification.rules import preview_rules, require_governing, save_rules
from keyuan.kernel.actor import Actor
from keyuan.organisation.forms import accepted
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_http_methods(["GET", "POST"])
@allow(permissions.CLASS_RULES)
def rules(request: StaffRequest) -> HttpResponse:
    """Show and change the thresholds."""
    require_governing(request.actor)
    thresholds, version = rules_in_force()
    form = ThresholdsForm(request.POST or None, initial=initial_of(thresholds, version.number if version else 0))
    if request.method == "POST" and accepted(form, lambda: _save(request.actor, form)):
        toast(request, _("The thresholds are in force; the book is being classified anew"))
        return HttpResponseRedirect(reverse("customers:class-rules"))
    context = {
        "form": form,
        "title": _("Thresholds of classification"),
        "cancel_url": reverse("customers:classification"),
        "versions": [_version(one) for one in versions()],
    }
    return page(request, "customers/classification/rules.html", context, status=422 if form.errors else 200)


@require_POST
@allow(permissions.CLASS_RULES)
def preview(request: StaffRequest) -> HttpResponse:
    """Say what the typed thresholds would move; changes nothing."""
    form = ThresholdsForm(request.POST)
    context: dict[str, Any] = {"form": form}
    accepted(form, lambda: context.update(_preview(request.actor, form)))
    status = 422 if form.errors else 200
    return render(request, "customers/classification/_preview.html", context, status=status)


def _save(actor: Actor, form: ThresholdsForm) -> None:
    data = form.cleaned_data
    thresholds, reason = form.thresholds(), data["reason"]
    save_rules(actor=actor, number=data["version"], thresholds=thresholds, reason=reason, now=clock.now())


def _preview(actor: Actor, form: ThresholdsForm) -> dict[str, Any]:
    found = preview_rules(actor=actor, thresholds=form.thresholds(), now=clock.now())
    moves = [_move(move.axis, move.old, move.new, move.moves) for move in found.moves]
    return {"preview": found, "moves": moves}


def _move(axis: str, old: str, new: str, customers: int) -> dict[str, Any]:
    return {
        "axis": words.AXES.get(axis, axis),
        "old": words.value_word(axis, old),
        "new": words.value_word(axis, new),
        "customers": customers,
    }


def _version(version: ClassRules) -> dict[str, Any]:
    pairs = [(key.split("."), customers) for key, customers in version.moved.items()]
    moved = [_move(parts[0], parts[1], parts[2], customers) for parts, customers in pairs if len(parts) == 3]
    thresholds = from_json(version.content)
    numbers = initial_of(thresholds, version.number)
    values = [(label, numbers[name]) for name, (label, _hint) in NUMBERS.items()]
    return {"row": version, "moved": moved, "values": values}
