"""The items with their limits, and settling one (POL-5)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.policies import permissions
from keyuan.policies.forms.service_items.request import LimitForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.rules.service_items.catalogue import BY_CODE, ITEMS
from keyuan.policies.selectors.service_items import labels, settled_rules
from keyuan.policies.services.service_items.limits import settle_item


@require_GET
@allow(permissions.SERVICE_LIMITS)
def item_list(request: StaffRequest) -> HttpResponse:
    """Show every item: who may ask, papers, limit, clock."""
    settled = settled_rules()
    rows = []
    for item in ITEMS:
        row = settled.get(item.code)
        second, limit = (row.second, row.limit) if row else (item.second, item.limit)
        rows.append({
            "code": item.code, "name": labels.ITEMS[item.code], "offered": row.is_offered if row else True,
            "who": [labels.ROLES[role] for role in item.applicants],
            "papers": [labels.PAPERS[one] for one in item.papers],
            "second": labels.SECONDS[second], "limit": limit if second == "ABOVE" else None,
            "clock": labels.CLOCKS[item.clock], "changed": row,
        })  # fmt: skip
    return page(request, "policies/requests/item_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@allow(permissions.SERVICE_LIMITS)
def item_edit(request: StaffRequest, service_item: str) -> HttpResponse:
    """Settle one item."""
    item = BY_CODE.get(service_item)
    if item is None:
        raise NotFound("request.unknown_item")
    row = settled_rules().get(service_item)
    first = {
        "version": row.version if row else 0, "is_offered": row.is_offered if row else True,
        "second": row.second if row else item.second, "limit": row.limit if row else item.limit,
    }  # fmt: skip
    form = LimitForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            settle_item(actor=request.actor, item=service_item, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The item was settled"))
            return redirect("policies:request-items")
    context = {"form": form, "title": labels.ITEMS[service_item]}
    return page(request, "policies/requests/item_edit.html", context, status=422 if form.is_bound else 200)
