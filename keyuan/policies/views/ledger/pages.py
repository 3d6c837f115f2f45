"""The ledger of one contract, and the limits of money (POL-3)."""

from django.forms.models import model_to_dict
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.money import LimitsForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.rules.ledger import shown
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.ledger.labels import ACCOUNTS
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.ledger.story import story_of
from keyuan.policies.selectors.refunds import sees_money
from keyuan.policies.services.money_rules import set_limits
from keyuan.policies.views.ledger.rows import entry_row

#: Entries that the page shows; older ones stand in the export of the list.
SHOWN = 200


@require_GET
@allow(permissions.VIEW)
def policy_ledger(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Show balances and entries of a contract within reach."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    story = story_of(policy, SHOWN)
    context = {
        "policy": policy,
        "application": story.application,
        "balances": [(label_of(ACCOUNTS, one), shown(one, amount)) for one, amount in story.balances.items()],
        "entries": [entry_row(entry) for entry in story.entries],
        "may_write_off": sees_money(request.actor) and request.actor.may(permissions.MONEY_ACT),
    }
    return render(request, "policies/ledger/policy.html", context)


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY_APPROVE)
@confirmed
def limits(request: StaffRequest) -> HttpResponse:
    """Show and change the limits of money."""
    if not sees_money(request.actor):
        raise NotFound("suspense.not_found")
    rules = money_rules()
    form = LimitsForm(request.POST or None, initial=model_to_dict(rules))
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            set_limits(actor=request.actor, limits=form.draft(), version=version, now=clock.now())
        except Refused as error:
            put_errors(form, error)
        except Conflict as error:
            toast(request, say(error), failed=True)
            return HttpResponseRedirect(reverse("policies:money-rules"))
        else:
            toast(request, _("The limits were changed"))
            return HttpResponseRedirect(reverse("policies:ledger"))
    context = {"form": form, "title": _("Limits of money"), "cancel_url": reverse("policies:ledger")}
    return page(request, "policies/ledger/form.html", context, status=422 if form.errors else 200)
