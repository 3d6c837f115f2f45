"""Making a proposal, its page with versions, links and readings (PRD-5)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.files import download_url
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.proposals import ProposalForm, ShareForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import Proposal, ProposalVersion
from keyuan.policies.selectors.labels import PAY_MODES
from keyuan.policies.selectors.people import meant_person, text_of_customer
from keyuan.policies.selectors.proposals import access_proposal, access_version, links_of, versions_of
from keyuan.policies.selectors.proposals.labels import READINGS
from keyuan.policies.services.proposals.making import ProposalDraft, add_version, make_proposal
from keyuan.policies.services.proposals.sharing import revoke, share
from keyuan.policies.views.options import products_by_kind
from keyuan.products.models import Product
from keyuan.products.rules.terms import token_of
from keyuan.products.selectors import access_product
from keyuan.products.selectors.labels import term_words

GET_OR_POST = require_http_methods(["GET", "POST"])
PLAN = ("sum_insured", "cover_term", "pay_term", "pay_mode", "plan", "occupation")


@GET_OR_POST
@allow(permissions.APPLY)
def proposal_create(request: StaffRequest) -> HttpResponse:
    """Choose a product, then say for whom; sending the form twice makes one proposal.

    ``customer``, ``sum`` (minor units) and ``kind`` come from where a need was found, such as a protection gap (ANA-8).
    """
    try:
        product = access_product(_number(request, "product"))
    except NotFound:
        return _choose(request)
    return _work(request, product, None)


@GET_OR_POST
@allow(permissions.APPLY)
def version_create(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """Add a version with other terms, or of another product (``product``)."""
    proposal = access_proposal(request.actor, proposal_id)
    wanted = _number(request, "product")
    return _work(request, access_product(wanted) if wanted else proposal.product, proposal)


def _number(request: StaffRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _choose(request: StaffRequest) -> HttpResponse:
    context = {
        "groups": products_by_kind(request.GET.get("kind", "")),
        "customer": _number(request, "customer"),
        "sum": _number(request, "sum"),
    }
    return page(request, "policies/proposals/choose.html", context)


def _work(request: StaffRequest, product: Product, proposal: Proposal | None) -> HttpResponse:
    now = clock.now()
    form = ProposalForm(request.POST or None, product=product, initial=_first(request, product, proposal, now))
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, form, product, proposal, now)
        except Refused as error:
            put_errors(form, error)
    back = reverse("policies:proposal-list")
    if proposal is not None:
        back = reverse("policies:proposal-detail", args=[proposal.pk])
    context = {
        "form": form,
        "product": product,
        "proposal": proposal,
        "back_url": back,
        "token": attempts.token_of(request),
    }
    return page(request, "policies/proposals/form.html", context, status=422 if form.is_bound else 200)


def _first(request: StaffRequest, product: Product, proposal: Proposal | None, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"sum_insured": _number(request, "sum") or 30_000_000}
    for name, terms in (("cover_term", product.cover_terms), ("pay_term", product.pay_terms)):
        if terms:
            values[name] = token_of(str(terms[-1][0]), int(terms[-1][1] or 0))
    if "05" in product.pay_modes:
        values["pay_mode"] = "05"
    customer = _number(request, "customer")
    if proposal is not None:
        customer = proposal.customer_id
        last = versions_of(proposal).first()
        values |= {name: last.terms.get(name) for name in PLAN} if last else {}
        values["version"] = proposal.version
    if customer:
        values["customer"] = text_of_customer(request.actor, customer, now=now)
    return values


def _save(
    request: StaffRequest, form: ProposalForm, product: Product, proposal: Proposal | None, now: datetime
) -> HttpResponse:
    draft = _draft(request.actor, form, product, proposal, now)
    if proposal is None:
        proposal = make_proposal(actor=request.actor, draft=draft, now=now, token=attempts.named(request))
    else:
        version = form.cleaned_data["version"] or 0
        add_version(actor=request.actor, proposal_id=proposal.pk, draft=draft, version=version, now=now)
    toast(request, _("The proposal is being typeset"))
    return redirect("policies:proposal-detail", proposal_id=proposal.pk)


def _draft(
    actor: Actor, form: ProposalForm, product: Product, proposal: Proposal | None, now: datetime
) -> ProposalDraft:
    values = form.cleaned_data
    customer_id = proposal.customer_id if proposal else None
    if customer_id is None:
        customer_id = int(meant_person(actor, values["customer"], now=now, field="customer").pk)
    plan = {name: values[name] for name in PLAN if name != "sum_insured"}
    return ProposalDraft(
        product.pk, customer_id, values["sum_insured"] or 0, age=values["age"], note=values["note"], **plan
    )


@require_GET
@allow(permissions.VIEW)
def proposal_detail(request: StaffRequest, proposal_id: int) -> HttpResponse:
    proposal = access_proposal(request.actor, proposal_id)
    now = clock.now()
    seen = summaries_visible_to(request.actor, now=now).filter(pk=proposal.customer_id).first()
    versions = [_version_words(request, version) for version in versions_of(proposal)]
    context = {
        "proposal": proposal,
        "customer": customer_label(request.actor, seen) if seen else "",
        "versions": versions,
        "is_rendering": any(row["version"].state == ProposalVersion.State.RENDERING for row in versions),
        "links": [
            (link, [(reading, READINGS.get(reading.act, "")) for reading in link.readings.all()], _is_open(link, now))
            for link in links_of(proposal)[:50]
        ],
        "can_apply": request.actor.may(permissions.APPLY),
        "share": ShareForm(),
        "full_url": reverse("policies:proposal-detail", args=[proposal.pk]),
        "new_link": request.session.pop(f"proposal-link-{proposal.pk}", ""),
    }
    template = "policies/proposals/panel.html" if request.GET.get("panel") else "policies/proposals/detail.html"
    return page(request, template, context, part="versions" if request.GET.get("part") == "versions" else None)


def _is_open(link: Any, now: datetime) -> bool:
    return bool(link.revoked_at is None and link.expires_at > now)


def _version_words(request: StaffRequest, version: ProposalVersion) -> dict[str, Any]:
    document = version.document
    return {
        "version": version,
        "premium": document.get("premium"),
        "sum_insured": document.get("sum_insured"),
        "mode": PAY_MODES.get(str(document.get("pay_mode")), ""),
        "pay_term": term_words(str(document.get("pay_term", ""))),
        "cover_term": term_words(str(document.get("cover_term", ""))),
        "url": download_url(request.actor, version.attachment_id) if version.attachment_id else "",
    }


@require_POST
@allow(permissions.APPLY)
def link_create(request: StaffRequest, proposal_id: int, version_number: int) -> HttpResponse:
    """Make a link; its address is shown once."""
    proposal = access_proposal(request.actor, proposal_id)
    version = access_version(proposal, version_number)
    form = ShareForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    try:
        _link, token = share(
            actor=request.actor, proposal_id=proposal.pk, number=version.number, days=days, now=clock.now()
        )
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        address = request.build_absolute_uri(reverse("policies:shared-proposal", args=[token]))
        request.session[f"proposal-link-{proposal.pk}"] = address
        toast(request, _("The link is made; copy it now, it is shown once"))
    return redirect("policies:proposal-detail", proposal_id=proposal.pk)


@require_POST
@allow(permissions.APPLY)
def link_revoke(request: StaffRequest, proposal_id: int, link_id: int) -> HttpResponse:
    access_proposal(request.actor, proposal_id)
    revoke(actor=request.actor, proposal_id=proposal_id, link_id=link_id, now=clock.now())
    toast(request, _("The link works no more"))
    return redirect("policies:proposal-detail", proposal_id=proposal_id)
