"""Who keeps the policies of which source (POL-7)."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.integrations import permissions
from keyuan.integrations.forms import SourceForm
from keyuan.integrations.selectors.sources import source_names
from keyuan.integrations.services.sources import change_source
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies.selectors.sources import keepers


@require_safe
@allow(permissions.MANAGE)
def sources(request: StaffRequest) -> HttpResponse:
    names = source_names()
    return page(request, "integrations/sources.html", {"sources": list(keepers(names).items())})


@require_http_methods(["GET", "POST"])
@allow(permissions.MANAGE)
def source_edit(request: StaffRequest) -> HttpResponse:
    name = request.POST.get("source", "") or request.GET.get("source", "")
    if name not in source_names():
        raise NotFound("source.not_found")
    keeper = keepers([name])[name]
    initial = {"source": name, "label": keeper.label, "owns_policies": keeper.owns_policies, "note": keeper.note}
    form = SourceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_source(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, say(error))
        else:
            toast(request, _("The source was saved"))
            return HttpResponseRedirect(reverse("integrations:sources"))
    context = {"form": form, "name": name}
    return page(request, "integrations/source_form.html", context, status=422 if form.is_bound else 200)
