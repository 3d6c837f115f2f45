"""Assumptions of protection gaps: the edition in force, those before, and issuing a new one (ANA-8)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.analytics import permissions
from keyuan.analytics.forms.gap import words
from keyuan.analytics.forms.gap.assuming import AssumptionsForm, shown
from keyuan.analytics.selectors.gap import edition_on, editions
from keyuan.analytics.services.gap.editions import issue_assumptions, last_number
from keyuan.analytics.views.gap.shown import assumptions_shown
from keyuan.kernel.errors import Refused
from keyuan.organisation.selectors import in_scope
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.policies.forms.small import put_errors
from keyuan.policies.rules.gap.assumptions import KEYS, Assumptions, as_json


@require_GET
@allow(permissions.GAPS)
def gap_assumptions(request: StaffRequest) -> HttpResponse:
    """Show the edition in force and what each one before changed."""
    number, values = edition_on(clock.today())
    context = {
        "number": number,
        "groups": assumptions_shown(as_json(values)),
        "editions": _history(),
        "may_assume": request.actor.may(permissions.GAP_ASSUME) and not in_scope(request.actor),
    }
    return page(request, "analytics/gap/assumptions.html", context)


def _history() -> list[dict[str, Any]]:
    """Return the editions, newest first, each with what it changed."""
    rows = list(editions())
    # Edition 0, the usual values, stands before the first one.
    stood: list[dict[str, int]] = [*(row.values for row in rows), as_json(Assumptions())]
    return [
        {
            "row": row,
            "changes": [
                (words.ASSUMPTIONS[key], shown(key, was[key]), shown(key, row.values[key]))
                for key in KEYS
                if key in was and key in row.values and was[key] != row.values[key]
            ],
        }
        for row, was in zip(rows, stood[1:], strict=True)
    ]


@require_http_methods(["GET", "POST"])
@allow(permissions.GAP_ASSUME)
def gap_assume(request: StaffRequest) -> HttpResponse:
    """Issue an edition: every value with its limits, from a day on, with the reason."""
    newest = editions().first()
    _number, values = edition_on(newest.valid_from if newest else clock.today())
    data = request.POST if request.method == "POST" else None
    form = AssumptionsForm(data, values=values, after=last_number(), valid_from=clock.today())
    if form.is_bound and form.is_valid():
        try:
            made = issue_assumptions(
                actor=request.actor, values=form.values, valid_from=form.cleaned_data["valid_from"],
                reason=form.cleaned_data["reason"], after=form.cleaned_data["after"], now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("Edition %(number)s is issued") % {"number": made.number})
            return HttpResponseRedirect(reverse("analytics:gap-assumptions"))
    return page(request, "analytics/gap/assume.html", {"form": form}, status=422 if form.is_bound else 200)
