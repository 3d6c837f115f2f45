"""Which value wins in a merge: the rules in force, their editor and their history (CUS-8)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from keyuan.customers import permissions
from keyuan.customers.forms.merging.compare import label_of_field
from keyuan.customers.forms.merging.wording import CRITERIA as WORDS
from keyuan.customers.rules.merging.survivorship import CRITERIA, DEFAULTS
from keyuan.customers.selectors.merging.rules import rule_versions
from keyuan.customers.services.merging.rules import current_orders, save_rules
from keyuan.kernel.errors import Refused
from keyuan.platform import clock, people
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

PLACES = range(4)


def _posted(request: StaffRequest) -> dict[str, list[str]]:
    found = {}
    for name in DEFAULTS:
        order = [request.POST.get(f"{name}-{place}", "") for place in PLACES]
        found[name] = [item for item in order if item]
    return found


@require_http_methods(["GET", "POST"])
@allow(permissions.MERGE_BULK)
def rules(request: StaffRequest) -> HttpResponse:
    """Show and change by field which criterion decides first; every version is kept."""
    versions = rule_versions()
    newest = versions[0].pk if versions else None
    orders: dict[str, Any] = dict(current_orders())
    error: Refused | None = None
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        orders = _posted(request)
        try:
            save_rules(
                actor=request.actor, orders=orders, note=request.POST.get("note", ""), now=clock.now(),
                seen=int(seen) if seen.isdecimal() else None,
            )  # fmt: skip
        except Refused as refused:
            error = refused
        else:
            toast(request, gettext("The rules were saved; they hold from the next merge on."))
            return HttpResponseRedirect(reverse("customers:merge-rules"))
    staff = people.names_of([row.created_by_id for row in versions if row.created_by_id])
    context = {
        "lines": [
            (name, label_of_field(name), [order[place] if place < len(order) else "" for place in PLACES])
            for name, order in orders.items()
        ],
        "criteria": [(code, WORDS[code]) for code in CRITERIA],
        "versions": [(row, staff.get(row.created_by_id or 0, "")) for row in versions],
        "seen": newest,
        "error": say(error) if error else "",
        "wrong": error.field if error else "",
        "note": request.POST.get("note", ""),
    }
    return page(request, "customers/merging/rules.html", context, status=422 if error else 200)
