"""Complaints that look alike: the clusters found, what they are, from when on one is told (SRV-4; domain.md A.6)."""

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms import clusters as f
from keyuan.service.forms import words
from keyuan.service.models import ComplaintCluster
from keyuan.service.rules import likeness
from keyuan.service.selectors import clusters as read
from keyuan.service.services.resembling.deciding import change_threshold, decide_cluster
from keyuan.service.services.resembling.finding import thresholds
from keyuan.service.services.revealing import reveal_callback
from keyuan.service.views.shown import short


def shown(cluster: ComplaintCluster) -> dict[str, object]:
    """Return a cluster in words."""
    return {
        "row": cluster,
        "kind": f.KINDS[cluster.kind],
        "state": f.STATES[cluster.status],
        "url": reverse("service:cluster", args=[cluster.pk]),
    }


@require_safe
@allow(permissions.ALIKE)
def cluster_list(request: StaffRequest) -> HttpResponse:
    """What looks alike and nobody has looked at yet, and what was decided; the thresholds beside it."""
    versions = read.versions_of_rules()
    context = {
        "open": [shown(row) for row in read.clusters(request.actor, open_only=True)],
        "decided": [shown(row) for row in read.clusters(request.actor, open_only=False)],
        "limits": [
            {"key": kind, "kind": f.KINDS[kind], "limit": limit, "version": versions.get(kind, 0)}
            for kind, limit in thresholds().items()
        ],
        "may_set": request.actor.may(permissions.SETTINGS),
    }
    return page(request, "service/clusters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.ALIKE)
def cluster(request: StaffRequest, cluster_id: int) -> HttpResponse:
    """One cluster with its complaints, and the decision on it."""
    actor, now = request.actor, clock.now()
    found = read.access_cluster(actor, cluster_id)
    form = f.DecideClusterForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            decide_cluster(actor=actor, cluster_id=cluster_id, now=now, **form.cleaned_data)
        except (Refused, Conflict) as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("service:cluster", args=[cluster_id]))
    orders = read.members(actor, found, now=now)
    names = customer_labels(actor, [row.customer_id for row in orders if row.customer_id], now=now)
    context = {
        **shown(found),
        "form": form,
        "orders": [
            {
                **short(row),
                "customer": names.get(row.customer_id or 0, row.caller_name),
                "category": row.category.name if row.category else "",
                "capacity": words.word(words.CAPACITIES, row.complaint.capacity),
                "claimant": row.complaint.claimant_name,
                "received_at": row.received_at,
            }
            for row in orders
        ],
        "hidden": found.size - len(orders),
    }
    return page(request, "service/cluster.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.SETTINGS)
def threshold(request: StaffRequest, likeness_kind: str) -> HttpResponse:
    """From how many customers within how many days on a likeness is told."""
    limits = thresholds()
    if likeness_kind not in limits:
        raise Http404(likeness_kind)
    limit, version = limits[likeness_kind], read.versions_of_rules().get(likeness_kind, 0)
    initial = {"customers": limit.customers, "days": limit.days, "version": version}
    form = f.ThresholdForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = likeness.Threshold(data["customers"], data["days"])
        try:
            change_threshold(
                actor=request.actor, kind=likeness_kind, limit=wanted, version=data["version"], now=clock.now()
            )
        except (Refused, Conflict) as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("service:clusters"))
    context = {"form": form, "title": f.KINDS[likeness_kind], "label": _("Complaints that look alike")}
    return page(request, "service/setting.html", context, status=422 if form.errors else 200)


@require_POST
@allow(permissions.WORK)
def callback_reveal(request: StaffRequest, order_id: int) -> HttpResponse:
    """Open the number to call back for a moment, with a reason."""
    reason = request.POST.get("reason", "")
    try:
        value = reveal_callback(actor=request.actor, order_id=order_id, reason=reason, now=clock.now())
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"value": value})
