"""Changing who answers for an indicator and its targets (ANA-12)."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.analytics import permissions
from keyuan.analytics.forms.boards import words
from keyuan.analytics.forms.boards.setting import TargetForm, target_initial
from keyuan.analytics.rules.boards.indicators import BY_KEY
from keyuan.analytics.selectors.boards.terms import terms_of
from keyuan.analytics.services.boards.keeping import governed_unit, set_terms
from keyuan.analytics.views.units import unit_asked
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.forms import accepted
from keyuan.organisation.selectors.people import person_by_id
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_http_methods(["GET", "POST"])
@allow(permissions.KPI_SET)
def set_terms_page(request: StaffRequest, key: str) -> HttpResponse:
    """Show and change owner and targets of the reach, or of a unit inside it."""
    one, unit_id = BY_KEY.get(key), unit_asked(request.GET)
    if one is None:
        raise NotFound
    terms = terms_of(key, governed_unit(request.actor, unit_id))
    owner = person_by_id(terms.owner_id) if terms and terms.owner_id else None
    initial = target_initial(one, terms, owner.staff_no if owner else "")
    form = TargetForm(request.POST or None, indicator=one, year=clock.today().year, initial=initial)
    back = reverse("analytics:indicator", args=[key]) + (f"?unit={unit_id}" if unit_id else "")
    if request.method == "POST" and accepted(form, lambda: _save(request.actor, key, unit_id, form)):
        toast(request, _("Owner and targets are in force"))
        return HttpResponseRedirect(back)
    title = _("Targets: %(name)s") % {"name": words.INDICATORS[key].name}
    context = {"form": form, "title": title, "cancel_url": back}
    return page(request, "analytics/boards/set.html", context, status=422 if form.errors else 200)


def _save(actor: Actor, key: str, unit_id: int | None, form: TargetForm) -> None:
    data = form.cleaned_data
    set_terms(
        actor=actor,
        indicator=key,
        unit_id=unit_id,
        number=data["version"],
        wanted=form.wanted(),
        reason=data["reason"],
        now=clock.now(),
    )
