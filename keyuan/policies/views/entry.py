"""Entering a contract, and choosing its people while typing (POL-1)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.customers.forms.rows import RowForm
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.toasts import toast
from keyuan.policies import permissions
from keyuan.policies.forms.entry import BeneficiaryRow, PolicyForm
from keyuan.policies.rules.drafts import CoverageDraft, PartyDraft, PolicyDraft
from keyuan.policies.selectors.entry import made_by_form
from keyuan.policies.selectors.labels import PRODUCT_KINDS
from keyuan.policies.selectors.people import (
    meant_agent,
    meant_person,
    picked_person,
    text_of_customer,
)
from keyuan.policies.services.contracts import create_policy
from keyuan.policies.views.options import offer_agents, offer_people
from keyuan.products.selectors import products_on_sale

PLAIN = (
    "effective_on", "premium", "pay_mode", "sum_insured", "applied_on", "issued_on", "expires_on", "pay_term",
    "pay_term_unit", "cover_term", "cover_term_unit", "receipt_signed_on", "monitored",
)  # fmt: skip
VEHICLE = ("plate", "vin", "make", "model", "registered_on", "seats")


@require_http_methods(["GET", "POST"])
@allow(permissions.EDIT)
def policy_create(request: StaffRequest) -> HttpResponse:
    """Enter a contract; sending the form twice makes one."""
    now, products = clock.now(), list(products_on_sale())
    if request.method == "GET":
        form = PolicyForm(products=products, initial=_first_values(request, now))
        return _show(request, form)
    token = attempts.named(request)
    made = made_by_form(request.actor, token)
    if made is not None:
        return HttpResponseRedirect(reverse("policies:policy-detail", args=[made.pk]))
    form = PolicyForm(request.POST, products=products)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        draft = draft_of(request.actor, form, now)
        policy = create_policy(actor=request.actor, draft=draft, now=now, token=token)
    except Refused as error:
        form.refuse(error)
        return _show(request, form, status=422)
    toast(request, _("The policy was entered"))
    return HttpResponseRedirect(reverse("policies:policy-detail", args=[policy.pk]))


def _first_values(request: StaffRequest, now: datetime) -> dict[str, Any]:
    today = now.date()
    values: dict[str, Any] = {"applied_on": today, "effective_on": today, "pay_mode": "05", "pay_term_unit": "Y"}
    asked = request.GET.get("holder", "")
    if asked.isdecimal() and len(asked) < 19:
        values["holder"] = text_of_customer(request.actor, int(asked), now=now)
    return values


def draft_of(actor: Actor, form: PolicyForm, now: datetime) -> PolicyDraft:
    """Return what the service makes; raises `Invalid` for people whom nobody can tell apart."""
    values, wrong = form.head.cleaned_data, list[Refused]()
    people: dict[str, int | None] = {}
    for name in ("holder", "insured", "selling_agent", "servicing_agent"):
        try:
            people[name] = _meant(actor, name, values[name], now)
        except Refused as error:
            wrong.append(error)
    if wrong:
        raise Invalid(wrong)
    insured = people["insured"]
    return PolicyDraft(
        product_id=values["product"],
        holder_id=people["holder"] or 0,
        insured=(PartyDraft(customer_id=insured, relation_to_insured=values["relation"]),) if insured else (),
        beneficiaries=beneficiaries_of(actor, form.row_sets["beneficiaries"].rows, now),
        coverages=tuple(_cover(row) for row in form.row_sets["coverages"].rows),
        vehicle={name: values[name] for name in VEHICLE if values[name] not in (None, "")},
        debit_account=values["debit_account"].strip() or None,
        selling_agent_id=people["selling_agent"],
        servicing_agent_id=people["servicing_agent"],
        **{name: values[name] for name in PLAIN},
    )


def _meant(actor: Actor, name: str, text: str, now: datetime) -> int | None:
    if not text.strip():
        return None
    if name.endswith("_agent"):
        return meant_agent(actor, text, field=name).pk
    person = meant_person(actor, text, now=now, field=name)
    return int(person.pk)


def _cover(row: RowForm) -> CoverageDraft:
    values = row.cleaned_data
    return CoverageDraft(values["product"], values["is_rider"], values["sum_insured"], values["premium"])


def beneficiaries_of(actor: Actor, rows: list[RowForm], now: datetime) -> tuple[PartyDraft, ...]:
    """Return the rows as parties: customers where one was chosen, else the name as typed."""
    return tuple(_beneficiary(actor, row, now) for row in rows if isinstance(row, BeneficiaryRow))


def _beneficiary(actor: Actor, row: BeneficiaryRow, now: datetime) -> PartyDraft:
    values = row.cleaned_data
    picked = picked_person(actor, values["name"], now=now)
    return PartyDraft(
        customer_id=picked.pk if picked else None,
        name="" if picked else values["name"].strip(),
        relation_to_insured=values["relation"],
        order=values["order"],
        share_bp=row.share_bp(),
        is_statutory=values["is_statutory"],
    )


def _show(request: StaffRequest, form: PolicyForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "sections": form.sections, "errors": form.errors(), "motor": PRODUCT_KINDS["MOTOR"]}
    return render(request, "policies/policy_create.html", context, status=status)


@require_GET
@allow(permissions.EDIT)
def people(request: StaffRequest) -> HttpResponse:
    """Offer customers for what is typed."""
    return offer_people(request)


@require_GET
@allow(permissions.EDIT)
def agents(request: StaffRequest) -> HttpResponse:
    """Offer agents for what is typed."""
    return offer_agents(request)
