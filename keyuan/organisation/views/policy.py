"""The rules of passwords, locks and sessions, and the help line (PLT-5; domain.md E.7)."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import PolicyForm, explain
from keyuan.organisation.selectors.policy import policy_row
from keyuan.organisation.services.policy import MLPS_3, SignInRules, update_policy
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.permissions import SETTINGS_EDIT
from keyuan.platform.toasts import toast


@allow(SETTINGS_EDIT)
@confirmed
@require_http_methods(["GET", "POST"])
def policy(request: StaffRequest) -> HttpResponse:
    """The rules; ``?rules=mlps-3`` proposes those of 等级保护三级, to be looked at and saved."""
    form = PolicyForm(request.POST or None, initial=proposed(request))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        version = data.pop("version")
        try:
            update_policy(actor=request.actor, version=version, rules=SignInRules(**data), now=clock.now())
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("organisation:sign-in-policy"))
    context = {"form": form, "title": _("Passwords and signing in"), "cancel_url": reverse("organisation:home")}
    return page(request, "organisation/sign_in_policy.html", context, status=422 if form.errors else 200)


def proposed(request: StaffRequest) -> dict[str, Any]:
    """Return what the form begins with: the rules in force, or those of 等级保护三级 over them."""
    row = policy_row()
    own = {name: getattr(row, name) for name in [*asdict(MLPS_3), "version"]}
    if request.GET.get("rules") != "mlps-3":
        return own
    return own | {name: value for name, value in asdict(MLPS_3).items() if name != "help_line"}
