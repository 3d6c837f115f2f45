"""Taking a step of a request (POL-5)."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.service_items.request import PassForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import ServiceRequest
from keyuan.policies.selectors.service_items import access_request, item_of
from keyuan.policies.selectors.service_items.labels import ACTS
from keyuan.policies.views.service_items.pages import back_to, head_of
from keyuan.policies.views.service_items.shown import pricing_of
from keyuan.policies.views.service_items.steps import RUNS


@require_http_methods(["GET", "POST"])
@allow(permissions.VIEW)
def request_act(request: StaffRequest, service_request_id: int, act: str) -> HttpResponse:
    """Show the form of a step, or take it; each step asks for its own permission."""
    row = access_request(request.actor, service_request_id)
    found = RUNS.get(act)
    if found is None:
        raise NotFound("request.no_such_step")
    if not any(request.actor.may(permission) for permission in found.needs):
        request.actor.require(found.needs[0])
    form = found.form(request.POST or None, initial={"version": row.version})
    if isinstance(form, PassForm) and act == "APPROVE":
        form.approve()
    elif isinstance(form, PassForm):
        form.settle(item_of(row), *pricing_of(row, clock.today()))
    if request.method == "POST" and form.is_valid():
        try:
            found.run(actor=request.actor, request_id=row.pk, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            if found.at_once:
                return _said(request, row, error)
            put_errors(form, error)
        else:
            toast(request, _("Done: %(act)s") % {"act": ACTS[act]})
            return back_to(row.pk)
    context = head_of(request, row) | {"form": form, "title": ACTS[act]}
    return page(request, "policies/requests/act.html", context, status=422 if form.is_bound else 200)


def _said(request: StaffRequest, row: ServiceRequest, error: Refused) -> HttpResponse:
    parts = error.errors if isinstance(error, Invalid) else [error]
    toast(request, " ".join(say(part) for part in parts), failed=True)
    return back_to(row.pk)
