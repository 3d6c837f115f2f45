"""Entering an application: choose the product, then fill in its form (POL-10)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.policies import permissions
from keyuan.policies.forms.applications import BENEFICIARIES, RIDERS, ApplicationForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import Application
from keyuan.policies.rules.applications.drafts import ApplicationDraft
from keyuan.policies.rules.applications.suitability import Need
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.selectors.applications import access_application, beneficiaries_of
from keyuan.policies.selectors.applications.answered import answered_codes
from keyuan.policies.selectors.people import (
    meant_agent,
    meant_person,
    picked_person,
    text_of_customer,
)
from keyuan.policies.selectors.proposals import access_proposal, versions_of
from keyuan.policies.services.applications.entry import save_application
from keyuan.policies.views.options import offer_agents, offer_people, products_by_kind
from keyuan.products.models import Package, Product
from keyuan.products.rules.terms import token_of
from keyuan.products.selectors import access_package, access_product, every_package, products_on_sale, questions_of
from keyuan.products.selectors.pricing import items_of

GET_OR_POST = require_http_methods(["GET", "POST"])
SAME = (
    "relation", "pay_mode", "pay_term", "cover_term", "plan", "occupation", "insist_note", "insured_agreed",
    "interest_agreed", "risk_sentence", "signed_on", "signed_how", "effective_on",
)  # fmt: skip
PROPOSED = ("sum_insured", "cover_term", "pay_term", "pay_mode", "plan", "occupation")


@GET_OR_POST
@allow(permissions.APPLY)
def application_create(request: StaffRequest) -> HttpResponse:
    """Enter an application; sending the form twice makes one."""
    package = _number(request, "package")
    try:
        chosen = access_package(package) if package else None
        product = items_of(chosen)[0].product if chosen else access_product(_number(request, "product"))
    except (NotFound, IndexError):
        return _choose(request)
    return _work(request, product, chosen, None)


@GET_OR_POST
@allow(permissions.APPLY)
def application_edit(request: StaffRequest, application_id: int) -> HttpResponse:
    application = access_application(request.actor, application_id)
    return _work(request, application.product, application.package, application)


def _number(request: StaffRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _choose(request: StaffRequest) -> HttpResponse:
    context = {
        "groups": products_by_kind(),
        "packages": every_package().filter(sale_status=Package.SaleStatus.ON_SALE).order_by("code"),
        "holder": _number(request, "holder"),
    }
    return page(request, "policies/applications/choose.html", context)


def _work(
    request: StaffRequest, product: Product, package: Package | None, application: Application | None
) -> HttpResponse:
    now = clock.now()
    initial = _values_of(request.actor, application, now) if application else _first(request, product, now)
    form = ApplicationForm(
        request.POST or None, product=product, package=package, initial=initial, questions=list(questions_of(product)),
        riders=products_on_sale().filter(is_rider=True), answered=answered_codes(application),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_application(
                actor=request.actor, draft=draft_of(request.actor, form, product, package, now), now=now,
                application_id=application.pk if application else None, version=form.cleaned_data["version"] or 0,
                token=attempts.named(request),
            )  # fmt: skip
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The application was saved; hand it in once nothing is missing"))
            return redirect("policies:application-detail", application_id=saved.pk)
    back = reverse("policies:application-list")
    if application is not None:
        back = reverse("policies:application-detail", args=[application.pk])
    context = {
        "form": form, "product": product, "package": package, "application": application, "back_url": back,
        "token": attempts.token_of(request),
    }  # fmt: skip
    return page(request, "policies/applications/form.html", context, status=422 if form.is_bound else 200)


def _first(request: StaffRequest, product: Product, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"effective_on": now.date(), "relation": "00", "signed_how": ""}
    for name, terms in (("cover_term", product.cover_terms), ("pay_term", product.pay_terms)):
        if terms:
            values[name] = token_of(str(terms[-1][0]), int(terms[-1][1] or 0))
    if "05" in product.pay_modes:
        values["pay_mode"] = "05"
    holder = _number(request, "holder")
    if holder:
        values["holder"] = text_of_customer(request.actor, holder, now=now)
    return values | _proposed(request, product)


def _proposed(request: StaffRequest, product: Product) -> dict[str, Any]:
    """Return what the newest version of the proposal says that the customer now applies for, {} without one."""
    number = _number(request, "proposal")
    if not number:
        return {}
    proposal = access_proposal(request.actor, number)
    newest = versions_of(proposal).first()
    if newest is None or proposal.product_id != product.pk:
        return {}
    return {name: newest.terms[name] for name in PROPOSED if newest.terms.get(name)}


def _values_of(actor: Actor, application: Application, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(application, name) for name in (*SAME, "sum_insured", "version")}
    values |= {name: application.need.get(name) for name in ("purposes", "yearly_income", "budget", "risk_level")}
    values["holder"] = text_of_customer(actor, application.holder_id, now=now)
    if application.insured_id != application.holder_id:
        values["insured"] = text_of_customer(actor, application.insured_id, now=now)
    if not application.quotes:
        values["premium"] = application.premium
    for place, item in enumerate([item for item in application.items if item["is_rider"]][:RIDERS], 1):
        values |= {f"rider_{place}": item["product_id"], f"rider_sum_{place}": item["sum_insured"]}
    for place, row in enumerate(beneficiaries_of(application)[:BENEFICIARIES], 1):
        values[f"ben_{place}"] = text_of_customer(actor, row.customer_id, now=now) if row.customer_id else row.name
        values |= {f"ben_relation_{place}": row.relation, f"ben_share_{place}": _percent(row.share_bp)}
    return values


def _percent(share_bp: int | None) -> str:
    return "" if share_bp is None else f"{share_bp / 100:g}"


def draft_of(
    actor: Actor, form: ApplicationForm, product: Product, package: Package | None, now: datetime
) -> ApplicationDraft:
    """Return what the service takes; raises `Invalid` for people whom nobody can tell apart."""
    values, wrong = form.cleaned_data, list[Refused]()
    people: dict[str, int | None] = {"holder": None, "insured": None, "agent": None}
    for name in people:
        if not values[name].strip():
            continue
        try:
            meant = (
                meant_agent(actor, values[name], field=name)
                if name == "agent"
                else meant_person(actor, values[name], now=now, field=name)
            )
            people[name] = int(meant.pk)
        except Refused as error:
            wrong.append(error)
    if wrong:
        raise Invalid(wrong)
    return ApplicationDraft(
        product_id=product.pk,
        package_id=package.pk if package else None,
        holder_id=people["holder"] or 0,
        insured_id=people["insured"],
        agent_id=people["agent"],
        sum_insured=values["sum_insured"] or 0,
        premium=values["premium"],
        riders=_riders(values),
        beneficiaries=_beneficiaries(actor, values, now),
        need=Need(
            tuple(values["purposes"]),
            values["yearly_income"],
            values["budget"],
            int(values["risk_level"]) if values["risk_level"] else None,
        ),
        answers=form.answers(),
        **{name: values[name] for name in SAME},
    )


def _riders(values: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    places = range(1, RIDERS + 1)
    return tuple(
        (values[f"rider_{place}"], values[f"rider_sum_{place}"] or 0)
        for place in places
        if values.get(f"rider_{place}")
    )


def _beneficiaries(actor: Actor, values: dict[str, Any], now: datetime) -> tuple[PartyDraft, ...]:
    found = []
    for place in range(1, BENEFICIARIES + 1):
        typed = values.get(f"ben_{place}", "").strip()
        if not typed:
            continue
        picked = picked_person(actor, typed, now=now)
        share = values[f"ben_share_{place}"]
        found.append(PartyDraft(
            customer_id=picked.pk if picked else None, name="" if picked else typed,
            relation_to_insured=values[f"ben_relation_{place}"],
            share_bp=None if share is None else int(share * 100),
        ))  # fmt: skip
    return tuple(found)


@require_GET
@allow(permissions.APPLY)
def people(request: StaffRequest) -> HttpResponse:
    """Offer customers for what is typed."""
    return offer_people(request)


@require_GET
@allow(permissions.APPLY)
def agents(request: StaffRequest) -> HttpResponse:
    """Offer agents for what is typed."""
    return offer_agents(request)
