"""Groups of similar needs: who they are, why there are so many, how steady they are; naming one (ANA-4)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.analytics import permissions
from keyuan.analytics.forms.cluster_words import COVERS, REASONS, names_of
from keyuan.analytics.forms.clusters import NameForm, WishForm
from keyuan.analytics.models import ClusterCell
from keyuan.analytics.rules.clusters.fitting import SMALLEST, STEADY
from keyuan.analytics.selectors.clusters.fits import (
    cluster_of,
    current_clusters,
    fit_in_force,
    fits,
    nights,
    open_wish,
)
from keyuan.analytics.selectors.figures import clusters_of, counted_day
from keyuan.analytics.services.clusters.naming import name_cluster, wish_groups
from keyuan.analytics.services.terms import require_governing
from keyuan.analytics.views.clusters.shown import profile_chart, profile_of, row_of, size_chart, stay_of, trial_chart
from keyuan.analytics.views.units import unit_asked
from keyuan.customers import permissions as customer_permissions
from keyuan.customers.selectors.classification.places import covers_all, place_of, units_below
from keyuan.kernel.actor import Actor
from keyuan.organisation.forms import accepted
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_GET
@allow(permissions.VIEW)
def clusters(request: StaffRequest) -> HttpResponse:
    """Show the groups with their people in the reader's reach, or in a unit inside it."""
    place = place_of(request.actor, unit_asked(request.GET))
    fit = fit_in_force()
    context: dict[str, Any] = {
        "place": place,
        "units": units_below(request.actor, place),
        "day": counted_day(ClusterCell),
        "fit": fit,
        "may_name": _may_keep(request.actor),
        "may_build": all(map(request.actor.may, (customer_permissions.SEGMENTS, customer_permissions.SCORES))),
    }
    if fit is not None:
        found, cells = current_clusters(), clusters_of(request.actor, place)
        names, seen = names_of(found), nights()
        rows = [row_of(one, names[one.code], cells, place) for one in found]
        context |= {
            "rows": rows,
            "covers": list(COVERS.values()),
            "profile": profile_chart(rows),
            "trial": trial_chart(fit),
            "sizes": size_chart(seen, names),
            "stayed": stay_of(seen[-1] if seen else None),
            "reason": REASONS[fit.reason],
            "steady": STEADY,
            "smallest": round(100 * SMALLEST),
            "fits": fits(),
            "wish": open_wish(),
        }
    return page(request, "analytics/clusters/clusters.html", context)


def _may_keep(actor: Actor) -> bool:
    return actor.may(permissions.RUN) and covers_all(actor)


@require_http_methods(["GET", "POST"])
@allow(permissions.RUN)
def cluster_name(request: StaffRequest, code: str) -> HttpResponse:
    """Call a group by another name."""
    require_governing(request.actor)
    row = cluster_of(code)
    form = NameForm(request.POST or None, initial={"name": row.name, "version": row.version})
    if request.method == "POST" and accepted(form, lambda: _name(request.actor, code, form)):
        toast(request, _("The group has its name"))
        return HttpResponseRedirect(reverse("analytics:clusters"))
    context = {
        "form": form,
        "title": _("Name of a group"),
        "row": row,
        "suggested": names_of([row])[code],
        "covers": list(zip(COVERS.values(), profile_of(row)["covers"], strict=True)),
        "cancel_url": reverse("analytics:clusters"),
    }
    return page(request, "analytics/clusters/name.html", context, status=422 if form.errors else 200)


def _name(actor: Actor, code: str, form: NameForm) -> None:
    data = form.cleaned_data
    name_cluster(actor=actor, code=code, version=data["version"], name=data["name"], now=clock.now())


@require_http_methods(["GET", "POST"])
@allow(permissions.RUN)
def clusters_anew(request: StaffRequest) -> HttpResponse:
    """Have the groups found anew by the next night."""
    require_governing(request.actor)
    form = WishForm(request.POST or None)
    if request.method == "POST" and accepted(form, lambda: _wish(request.actor, form)):
        toast(request, _("The next night looks for groups anew"))
        return HttpResponseRedirect(reverse("analytics:clusters"))
    context = {
        "form": form,
        "title": _("Find the groups anew"),
        "cancel_url": reverse("analytics:clusters"),
    }
    return page(request, "analytics/clusters/anew.html", context, status=422 if form.errors else 200)


def _wish(actor: Actor, form: WishForm) -> None:
    wish_groups(actor=actor, reason=form.cleaned_data["reason"], now=clock.now())
