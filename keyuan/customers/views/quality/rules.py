"""The weights: form and history (CUS-11)."""

from itertools import pairwise
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.customers import permissions
from keyuan.customers.forms.quality.weights import WeightsForm, differences, initial_of
from keyuan.customers.models import QualityRules
from keyuan.customers.rules.quality import Weights, from_json
from keyuan.customers.selectors.quality.rows import versions, weights_in_force
from keyuan.customers.services.quality.rules import require_governing, save_weights
from keyuan.kernel.actor import Actor
from keyuan.organisation.forms import accepted
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_http_methods(["GET", "POST"])
@allow(permissions.QUALITY_RULES)
def rules(request: StaffRequest) -> HttpResponse:
    """Show and change the weights."""
    require_governing(request.actor)
    weights, version = weights_in_force()
    form = WeightsForm(request.POST or None, initial=initial_of(weights, version.number if version else 0))
    if request.method == "POST" and accepted(form, lambda: _save(request.actor, form)):
        toast(request, _("The weights are in force; all records are being judged anew"))
        return HttpResponseRedirect(reverse("customers:quality-rules"))
    context = {
        "form": form,
        "title": _("Weights of data quality"),
        "cancel_url": reverse("customers:quality"),
        "versions": _history(versions()),
    }
    return page(request, "customers/quality/rules.html", context, status=422 if form.errors else 200)


def _save(actor: Actor, form: WeightsForm) -> None:
    data = form.cleaned_data
    save_weights(actor=actor, number=data["version"], weights=form.weights(), reason=data["reason"], now=clock.now())


def _history(rows: list[QualityRules]) -> list[dict[str, Any]]:
    """Return the versions, the newest first, each with what it changed."""
    first = [Weights()] if rows and rows[-1].number == 1 else []
    contents = [from_json(row.content) for row in rows] + first
    changes = [differences(before, after) for after, before in pairwise(contents)]
    changes += [[] for _row in rows[len(changes) :]]
    return [{"row": row, "changes": changed} for row, changed in zip(rows, changes, strict=True)]
