"""The catalogue of the service standard, and its editor (CUS-14)."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.standards import IssueForm, StandardForm, catalogue, movement, tier_name
from keyuan.customers.models import ServiceStandard
from keyuan.customers.rules.standards import from_json
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.customers.selectors.standards import access_edition, editions_visible_to, standard_row, tier_counts
from keyuan.customers.services.standards import editions, nightly
from keyuan.customers.services.standards.defaults import seed_standard
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

EDITIONS = "customers:standards"


@require_GET
@allow(permissions.VIEW)
def standards(request: StaffRequest) -> HttpResponse:
    """The edition in force: tiers, thresholds, entitlements; and all editions."""
    today = clock.today()
    seed_standard(today, clock.now())
    row = standard_row(today)
    # Figures of the whole company are for those who reach it, or write the standard.
    is_shown = covers_all(request.actor) or request.actor.may(permissions.STANDARDS)
    counts = tier_counts() if is_shown else {}
    edition = from_json(row.content) if row else None
    ranked = sorted(counts, key=lambda code: edition.rank(code) if edition else 0)
    context: dict[str, Any] = {
        "row": row,
        "shown": catalogue(edition) if edition else None,
        "counts": [(tier_name(code), counts[code]) for code in ranked],
        "editions": editions_visible_to(request.actor),
        "may_edit": request.actor.may(permissions.STANDARDS),
    }
    return page(request, "customers/standards/standards.html", context)


@require_POST
@allow(permissions.STANDARDS)
def standard_draft(request: StaffRequest) -> HttpResponse:
    """Begin a draft from the edition in force, or go on with the one there is."""
    row = editions.draft_edition(actor=request.actor, today=clock.today(), now=clock.now())
    return HttpResponseRedirect(reverse("customers:standard", args=[row.number]))


@require_http_methods(["GET", "POST"])
@allow(permissions.VIEW)
def standard(request: StaffRequest, standard_number: int) -> HttpResponse:
    """One edition; a draft is edited by those who may."""
    row = access_edition(request.actor, standard_number)
    if row.status != ServiceStandard.Status.DRAFT or not request.actor.may(permissions.STANDARDS):
        return _shown(request, row)
    form = StandardForm(request.POST or None, standard=from_json(row.content), version=row.version)
    if request.method == "POST" and form.is_valid():
        try:
            editions.save_edition(
                actor=request.actor,
                number=row.number,
                version=form.cleaned_data["version"],
                standard=form.result(),
                now=clock.now(),
            )
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The draft is saved; preview it before it is issued"))
            return HttpResponseRedirect(reverse("customers:standard", args=[row.number]))
    return _editor(request, row, form)


def _shown(request: StaffRequest, row: ServiceStandard, issue: Any = None) -> HttpResponse:
    """Show an edition as it is; a draft with the form of whoever approves it."""
    standard, draft = from_json(row.content), row.status == ServiceStandard.Status.DRAFT
    context: dict[str, Any] = {"row": row, "shown": catalogue(standard)}
    if draft and request.actor.may(permissions.EXCEPTION_DECIDE):
        context |= _approving(row, standard, issue)
    return page(request, "customers/standards/standard.html", context, status=422 if issue else 200)


def _approving(row: ServiceStandard, standard: Any, issue: Any = None) -> dict[str, Any]:
    previewed = row.preview.get("version") == row.version
    return {
        "moves": movement(standard, row.preview.get("moves", {})) if previewed else [],
        "previewed": previewed,
        "issue": issue or IssueForm(initial={"valid_from": clock.today()}),
    }


def explain(form: forms.Form, error: Refused) -> None:
    """Put a refusal beside its field; a conflict takes the version read now, so that saving again is a choice."""
    for part in error.errors if isinstance(error, Invalid) else [error]:
        field = part.field if part.field in form.fields else f"{part.field}-vip"
        form.add_error(field if field in form.fields else None, say(part))
    if isinstance(error, Conflict) and "version" in error.params:
        data = QueryDict(mutable=True)
        data.update(form.data)
        data["version"] = str(error.params["version"])
        form.data = data


def _editor(request: StaffRequest, row: ServiceStandard, form: StandardForm, issue: Any = None) -> HttpResponse:
    names = [tier.name or tier_name(tier.code) for tier in form.standard.tiers]
    context = {"row": row, "form": form, "tiers": names, **_approving(row, form.standard, issue)}
    context["own"] = row.created_by_id == request.actor.id
    status = 422 if form.errors or (issue is not None and issue.errors) else 200
    return page(request, "customers/standards/draft.html", context, status=status)


@require_POST
@allow(permissions.STANDARDS)
def standard_preview(request: StaffRequest, standard_number: int) -> HttpResponse:
    """Count in the background what the draft would move."""
    try:
        job = editions.preview_edition(actor=request.actor, number=standard_number)
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(reverse("customers:standard", args=[standard_number]))
    toast(request, _("The movement is being counted; this page shows it when it is done"))
    del job
    return HttpResponseRedirect(reverse("customers:standard", args=[standard_number]))


@require_POST
@allow(permissions.EXCEPTION_DECIDE)
def standard_issue(request: StaffRequest, standard_number: int) -> HttpResponse:
    """Put the draft in force from a day on."""
    row = access_edition(request.actor, standard_number)
    issue = IssueForm(request.POST)
    if issue.is_valid():
        try:
            editions.issue_edition(
                actor=request.actor, number=row.number, version=row.version, today=clock.today(), now=clock.now(),
                **issue.cleaned_data,
            )  # fmt: skip
        except Refused as error:
            explain(issue, error)
        else:
            toast(request, _("The edition is issued"))
            return HttpResponseRedirect(reverse(EDITIONS))
    if row.status != ServiceStandard.Status.DRAFT:
        return HttpResponseRedirect(reverse("customers:standard", args=[row.number]))
    if not request.actor.may(permissions.STANDARDS):
        return _shown(request, row, issue)
    form = StandardForm(standard=from_json(row.content), version=row.version)
    return _editor(request, row, form, issue)


@require_POST
@allow(permissions.STANDARDS)
def standard_drop(request: StaffRequest, standard_number: int) -> HttpResponse:
    """Throw a draft away."""
    editions.drop_draft(actor=request.actor, number=standard_number, now=clock.now())
    toast(request, _("The draft was thrown away"))
    return HttpResponseRedirect(reverse(EDITIONS))


@require_POST
@allow(permissions.STANDARDS)
def standard_rate(request: StaffRequest) -> HttpResponse:
    """Rate the book now instead of waiting for the night."""
    nightly.start_rating(actor=request.actor, on=clock.today(), now=clock.now())
    toast(request, _("The book is being rated in the background"))
    return HttpResponseRedirect(reverse(EDITIONS))
