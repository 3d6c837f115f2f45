"""What contracts are valued by where product and contract say nothing: proposed and released (POL-5)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.small import put_errors
from keyuan.policies.forms.values import TermsForm, typed_terms
from keyuan.policies.rules.values.defaults import Terms
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.refunds import sees_money
from keyuan.policies.selectors.values.terms import SHOWN, proposed, released, terms_in_force, terms_of
from keyuan.policies.services.values.settling import propose_terms, release_terms

HOME = "policies:value-rules"


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY)
def value_rules(request: StaffRequest) -> HttpResponse:
    """Show what is in force, what waits, what was before; take a proposal."""
    waiting, present = proposed(), terms_in_force()
    first = typed_terms(terms_of(waiting) if waiting else present)
    more = {"version": waiting.version, "note": waiting.note} if waiting else {"version": 0}
    form = TermsForm(request.POST or None, initial=first | more)
    if request.method == "POST":
        request.actor.require(permissions.MONEY_ACT)
        if form.is_valid() and _propose(request, form):
            return HttpResponseRedirect(reverse(HOME))
    may_propose = request.actor.may(permissions.MONEY_ACT) and sees_money(request.actor)
    context = {
        "form": form if may_propose else None, "waiting": waiting,
        "changes": _changes(form, present, terms_of(waiting)) if waiting else [],
        "may_release": request.actor.may(permissions.MONEY_APPROVE) and sees_money(request.actor),
        "me": request.actor.id, "rows": _shown(form, present), "fee": money_rules().document_fee,
        "past": list(released()[:SHOWN]),
    }  # fmt: skip
    return page(request, "policies/values/rules.html", context, status=422 if form.errors else 200)


def _propose(request: StaffRequest, form: TermsForm) -> bool:
    try:
        propose_terms(
            actor=request.actor, terms=form.terms(), note=form.cleaned_data["note"],
            version=form.cleaned_data["version"], now=clock.now(),
        )  # fmt: skip
    except Conflict as error:
        toast(request, say(error), failed=True)
    except Refused as error:
        put_errors(form, error)
        return False
    else:
        toast(request, _("The proposal was kept; another person releases it"))
    return True


def _shown(form: TermsForm, terms: Terms) -> list[tuple[Any, Any]]:
    return [(form.fields[name].label, value) for name, value in typed_terms(terms).items()]


def _changes(form: TermsForm, present: Terms, wanted: Terms) -> list[tuple[Any, Any, Any]]:
    pairs = zip(_shown(form, present), _shown(form, wanted), strict=True)
    return [(label, was, becomes) for (label, was), (_label, becomes) in pairs if was != becomes]


@require_POST
@allow(permissions.MONEY_APPROVE)
@confirmed
def value_rules_release(request: StaffRequest, value_rules_id: int) -> HttpResponse:
    """Release what somebody else proposed."""
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    try:
        release_terms(actor=request.actor, rules_id=value_rules_id, version=version, now=clock.now())
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The settlement is in force"))
    return HttpResponseRedirect(reverse(HOME))
