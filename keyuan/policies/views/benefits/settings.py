"""Declared dividends, and days whose benefits are to be looked at again."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.kernel.actor import reaches_whole_book
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.benefits import RateForm, SpanForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.selectors.benefits import dividend_rates
from keyuan.policies.services.benefits.dividends import declare_rate
from keyuan.policies.services.benefits.nightly import release_and_open, start_span

GET_OR_POST = require_http_methods(["GET", "POST"])


@GET_OR_POST
@allow(permissions.BENEFIT_RUN)
def rates(request: StaffRequest) -> HttpResponse:
    """Show the declared dividend rates and take a new one."""
    now = clock.now()
    form = RateForm(request.POST or None, initial={"year": now.year})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            declare_rate(
                actor=request.actor, product_id=values["product"], year=values["year"],
                rate_bp=int(values["rate"] * 100), now=now,
            )  # fmt: skip
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The rate was proposed; another person releases it"))
            return HttpResponseRedirect(reverse("policies:dividend-rates"))
    context = {
        "form": form,
        "rows": dividend_rates()[:200],
        "may_release": request.actor.may(permissions.BENEFIT_APPROVE) and reaches_whole_book(request.actor),
        "me": request.actor.id,
    }
    return page(request, "policies/benefits/rates.html", context, status=422 if form.errors else 200)


@require_POST
@allow(permissions.BENEFIT_APPROVE)
@confirmed
def rate_release(request: StaffRequest, dividend_id: int) -> HttpResponse:
    """Release a rate that somebody else proposed, and open the dividends of its year."""
    typed = request.POST.get("rate", "")
    rate_bp = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    try:
        release_and_open(actor=request.actor, rate_id=dividend_id, rate_bp=rate_bp, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The rate was released; the year's dividends are being opened"))
    return HttpResponseRedirect(reverse("policies:dividend-rates"))


@GET_OR_POST
@allow(permissions.BENEFIT_RUN)
def again(request: StaffRequest) -> HttpResponse:
    """Open whatever fell due on some days and is not open yet."""
    today = clock.today()
    form = SpanForm(request.POST or None, initial={"first": today, "last": today})
    if request.method == "POST" and form.is_valid():
        try:
            start_span(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The days are being looked at again"))
            return HttpResponseRedirect(reverse("policies:benefits"))
    context = {"form": form, "title": _("Look at days again"), "cancel_url": reverse("policies:benefits")}
    return page(request, "policies/benefits/again.html", context, status=422 if form.errors else 200)
