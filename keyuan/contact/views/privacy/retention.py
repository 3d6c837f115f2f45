"""Pages of retention: terms by record type, runs with their reports, legal holds (PLT-8; domain.md E.6)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.contact import permissions
from keyuan.contact.forms.privacy import HoldForm, ReasonForm, TermForm
from keyuan.contact.selectors.privacy.requests import open_holds, standing_holds
from keyuan.contact.selectors.privacy.retention import Term, report_rows, runs, terms_in_force
from keyuan.contact.services.privacy import erasing
from keyuan.contact.services.privacy.retention import change_term, start_run
from keyuan.contact.views.privacy.requests import ask
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


@require_safe
@allow(permissions.RETENTION)
def retention(request: StaffRequest) -> HttpResponse:
    """Terms, the latest runs with the report of the newest, and the holds that stand."""
    latest = runs()
    shown = next((run for run in latest if run.finished_at is not None), None)
    holds = standing_holds()
    names = customer_labels(request.actor, [hold.customer_id for hold in holds], now=clock.now())
    context = {
        "terms": terms_in_force(),
        "runs": latest,
        "shown": shown,
        "report": report_rows(shown),
        "holds": [(hold, names.get(hold.customer_id, "")) for hold in holds],
        "lift": ReasonForm(),
    }
    return page(request, "contact/privacy/retention.html", context)


def _term(key: str) -> Term:
    found = next((term for term in terms_in_force() if term.key == key), None)
    if found is None:
        raise NotFound("retention.not_found")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.RETENTION)
@confirmed
def term_edit(request: StaffRequest, term_key: str) -> HttpResponse:
    """Change a term."""
    key, term = term_key, _term(term_key)
    version = term.row.version if term.row else 0
    initial = {"months": term.months, "is_active": term.is_active, "version": version}
    form = TermForm(request.POST or None, initial=initial)
    if term.type.over is None:
        form.fields["is_active"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            change_term(actor=request.actor, key=key, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("contact:retention"))
    note = _("%(law)s; at least %(least)s months") % {"law": term.type.law, "least": term.type.least}
    context: dict[str, Any] = {
        "form": form,
        "title": str(term.type.label),
        "cancel_url": reverse("contact:retention"),
        "key": f"term-{key}",
        "note": note,
    }
    return page(request, "contact/messages/form.html", context, status=422 if form.errors else 200)


@require_POST
@allow(permissions.RETENTION)
def retention_run(request: StaffRequest) -> HttpResponse:
    """Make a dry run now."""
    job = start_run(actor=request.actor, is_dry=True, now=clock.now())
    return HttpResponseRedirect(reverse("platform:job", args=[job.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.RETENTION)
def hold_place(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Place a legal hold, from the customer's page."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.place_hold(actor=request.actor, customer_id=customer_id, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Nothing of this customer goes while the hold stands"))
            if request.htmx:
                return HttpResponse(status=204, headers={"HX-Trigger": '{"dialog:close": {}}'})
            return HttpResponseRedirect(reverse("customers:customer", args=[customer_id]))
    standing = len(open_holds(customer_id))
    note = _("%(count)s holds stand on this customer already.") % {"count": standing} if standing else ""
    return ask(request, customer, form, title=_("Place a legal hold"), verb=_("Place it"), note=note)


@require_POST
@allow(permissions.RETENTION)
def hold_lift(request: StaffRequest, hold_id: int) -> HttpResponse:
    """Lift a legal hold."""
    try:
        erasing.lift_hold(actor=request.actor, hold_id=hold_id, reason=request.POST.get("reason", ""), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The hold was lifted"))
    return HttpResponseRedirect(reverse("contact:retention"))
