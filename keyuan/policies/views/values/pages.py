"""What a contract is worth on a day: a part of its page (POL-5)."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.policies import permissions
from keyuan.policies.forms.values import DayForm
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.values.labels import BASES, LINES, NOTES, REFUNDS
from keyuan.policies.selectors.values.quoting import quote


@require_GET
@allow(permissions.VIEW)
def policy_values(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Show the values on the chosen day, today at first."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    today = clock.today()
    form = DayForm(request.GET if request.GET.get("on") else None, initial={"on": today})
    on: date = form.cleaned_data["on"] if form.is_bound and form.is_valid() else today
    found = quote(policy, on)
    context = {
        "policy": policy,
        "form": form,
        "today": today,
        "found": found,
        "basis": BASES[found.cash.basis],
        "refund": REFUNDS[found.refund.kind],
        "lines": [(LINES[line.code], line.amount) for line in found.refund.lines],
        "loans": found.loans,
        "notes": [NOTES[code] for code in found.notes],
        "has_value": found.cash.basis != "NONE",
    }
    return page(request, "policies/values/part.html", context, status=422 if form.is_bound and form.errors else 200)
