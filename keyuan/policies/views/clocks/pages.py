"""One night: figures by rule with contracts, differences of a comparison; making and comparing nights."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.policies import permissions
from keyuan.policies.forms.clocks import NightForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.selectors.clock_runs import access_clock_run, differences_of, figures_of, total_of
from keyuan.policies.services.clocks.comparing import start_comparison
from keyuan.policies.services.clocks.nightly import may_start, start_night
from keyuan.policies.views.clocks.lists import KINDS


@require_GET
@allow(permissions.CLOCKS)
def night(request: StaffRequest, night_id: int) -> HttpResponse:
    """Show what a night did, or what a comparison found."""
    run, now = access_clock_run(request.actor, night_id), clock.now()
    context = {
        "run": run,
        "kind": KINDS[run.kind],
        "total": total_of(run),
        "figures": figures_of(request.actor, run, now=now),
        "differences": differences_of(request.actor, run, now=now),
        "unnamed": (run.differences or 0) - len(run.report),
        "may_run": may_start(request.actor),
    }
    return page(request, "policies/clocks/night.html", context)


@require_POST
@allow(permissions.CLOCKS)
def compare(request: StaffRequest, night_id: int) -> HttpResponse:
    """Work the night out again without changing anything."""
    run = access_clock_run(request.actor, night_id)
    job = start_comparison(actor=request.actor, on=run.on)
    toast(request, _("The comparison has begun; it changes nothing"))
    return HttpResponseRedirect(reverse("platform:job", args=[job.pk]))


@require_http_methods(["GET", "POST"])
@allow(permissions.CLOCKS)
def run_night(request: StaffRequest) -> HttpResponse:
    """Make one night by hand, as after a standstill or an import that came late."""
    now = clock.now()
    form = NightForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            job = start_night(actor=request.actor, on=form.cleaned_data["on"], now=now)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The night has begun"))
            return HttpResponseRedirect(reverse("platform:job", args=[job.pk]))
    context = {"form": form, "title": _("Make a night"), "cancel_url": reverse("policies:clocks")}
    return page(request, "policies/clocks/run.html", context, status=422 if form.errors else 200)
