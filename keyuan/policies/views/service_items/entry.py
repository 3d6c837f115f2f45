"""Taking a request in: choose the contract, the item, fill in its form with the checks beside it (POL-5)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.service_items.request import BENEFICIARIES, RequestForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import Policy
from keyuan.policies.rules.contract import DEATH_KINDS
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.service_items.catalogue import BY_CODE, Item, consents_for, papers_for
from keyuan.policies.rules.service_items.checks import findings
from keyuan.policies.rules.service_items.codes import Face, Kind, Party
from keyuan.policies.rules.service_items.drafts import RequestDraft
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.panels import cards
from keyuan.policies.selectors.people import choice_text, meant_person, people_like, picked_person
from keyuan.policies.selectors.service_items import rule_for
from keyuan.policies.selectors.service_items.choosing import items_now
from keyuan.policies.selectors.service_items.facts import facts_of, insured_of
from keyuan.policies.selectors.service_items.labels import CHECKS, GROUPS, ITEMS, PAPERS
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.services.service_items.entering import create_request, wanted_by

GET_OR_POST = require_http_methods(["GET", "POST"])
WHO = ("applicant_role", "face", "received_on", "proxy_name", "proxy_until")


@GET_OR_POST
@allow(permissions.SERVICE_APPLY)
def request_create(request: StaffRequest) -> HttpResponse:
    """Take a request in; sending the form twice makes one."""
    now = clock.now()
    policy = _policy(request, now)
    if policy is None:
        return _contracts(request, now)
    item = BY_CODE.get(request.GET.get("item", ""))
    if item is None or not _may_ask(request.actor, item):
        return _items(request, policy, now)
    form = RequestForm(request.POST or None, item=item, policy=policy, wanted=agreeing(item, policy), initial={
        "face": Face.AGENT if request.actor.scope.agent_id else Face.COUNTER, "received_on": now.date(),
        "paid_on": now.date(),
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_of(request.actor, form, policy, now)
            made = create_request(actor=request.actor, draft=draft, now=now, token=attempts.named(request))
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("Request %(number)s was taken in") % {"number": made.request_no})
            return redirect("policies:request", made.pk)
    context = _head(request, policy) | {
        "form": form, "item": item, "title": ITEMS[item.code],
        "papers": [PAPERS[paper] for paper in papers_for(item, by_proxy=False)],
        "back_url": f"{reverse('policies:request-create')}?policy={policy.pk}",
        "token": attempts.token_of(request),
    }  # fmt: skip
    return page(request, "policies/requests/form.html", context, status=422 if form.is_bound else 200)


def _policy(request: StaffRequest, now: datetime) -> Policy | None:
    """Return the contract that was chosen; None where none was yet. Raises `NotFound` for any that is out of reach."""
    typed = request.GET.get("policy", "")
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 18:
        raise NotFound("policy.not_found")
    return access_policy(request.actor, int(typed), now=now)


def _may_ask(actor: Actor, item: Item) -> bool:
    return item.applicants != (Party.STAFF,) or actor.may(permissions.SERVICE_REVIEW)


def agreeing(item: Item, policy: Policy) -> tuple[str, ...]:
    """Return whose agreement may be needed, whoever asks."""
    insured = {row.customer_id for row in insured_of(policy)} - {None}
    same = not insured or insured == {policy.holder_id}
    return consents_for(
        item, applicant=str(item.applicants[0]), pays_on_death=policy.kind in DEATH_KINDS, holder_is_insured=same
    )


def _head(request: StaffRequest, policy: Policy) -> dict[str, Any]:
    return {"policy": policy, "number": policy_number(request.actor, policy), "keeper": keeper_of(policy)}


def _contracts(request: StaffRequest, now: datetime) -> HttpResponse:
    """Let the contract be chosen among those of a customer."""
    typed, found = request.GET.get("customer", "").strip(), None
    try:
        if typed.isdecimal() and len(typed) < 10:
            found = int(access_customer(request.actor, int(typed), now=now).pk)
        elif typed:
            found = int(meant_person(request.actor, typed, now=now, field="customer").pk)
    except (NotFound, Refused) as error:
        toast(request, say(error), failed=True)
    rows = [card.policy for card in cards(request.actor, found, now=now)] if found else []
    context = {
        "rows": [(row, policy_number(request.actor, row)) for row in rows], "chosen": found, "typed": typed,
    }  # fmt: skip
    return page(request, "policies/requests/contracts.html", context)


def _items(request: StaffRequest, policy: Policy, now: datetime) -> HttpResponse:
    """Let the item be chosen; those that are not possible now say why."""
    found = items_now(policy, now)
    why = {
        code: say(refusal) if refusal else ""
        for code, refusal in found.items()
        if _may_ask(request.actor, BY_CODE[code])
    }
    groups = [(heading, [(code, ITEMS[code], why[code]) for code in codes if code in why]) for heading, codes in GROUPS]
    context = _head(request, policy) | {"groups": [(heading, rows) for heading, rows in groups if rows]}
    return page(request, "policies/requests/items.html", context)


def draft_of(actor: Actor, form: RequestForm, policy: Policy, now: datetime, *, strict: bool = True) -> RequestDraft:
    """Return what the service takes; raises `Invalid` for people whom nobody can tell apart, unless not ``strict``."""
    values, wrong = form.cleaned_data, list[Refused]()
    people: dict[str, tuple[PartyDraft, ...]] = {}
    for ask in form.item.asks:
        if ask.kind is Kind.PERSON and values.get(ask.key):
            found = _meant(actor, values[ask.key], ask.key, now, wrong)
            people[ask.key] = (PartyDraft(found),) if found else ()
        elif ask.kind is Kind.PEOPLE:
            people[ask.key] = _beneficiaries(actor, values, now)
    applicant = values.get("applicant")
    applicant_id = _meant(actor, applicant, "applicant", now, wrong) if applicant else None
    if wrong and strict:
        raise Invalid(wrong)
    typed = {
        ask.key: values.get(ask.key) for ask in form.item.asks if ask.kind not in (Kind.PERSON, Kind.PEOPLE)
    }  # fmt: skip
    consents = {party: values[f"consent_{party}"] for party in form.agreeing if values.get(f"consent_{party}")}
    who = {name: values[name] for name in WHO if name in values}
    return RequestDraft(
        policy.pk, form.item.code, typed, {name: rows for name, rows in people.items() if rows},
        applicant_id=applicant_id, consents=consents, **who,
    )  # fmt: skip


def _meant(actor: Actor, text: str, field: str, now: datetime, wrong: list[Refused]) -> int | None:
    try:
        return int(meant_person(actor, text, now=now, field=field).pk)
    except Refused as error:
        wrong.append(error)
        return None


def _beneficiaries(actor: Actor, values: dict[str, Any], now: datetime) -> tuple[PartyDraft, ...]:
    found = []
    for place in range(1, BENEFICIARIES + 1):
        typed = (values.get(f"ben_{place}") or "").strip()
        if not typed:
            continue
        picked = picked_person(actor, typed, now=now)
        share = values.get(f"ben_share_{place}")
        found.append(PartyDraft(
            customer_id=picked.pk if picked else None, name="" if picked else typed,
            relation_to_insured=values.get(f"ben_relation_{place}") or "",
            order=values.get(f"ben_order_{place}") or 1, share_bp=None if share is None else int(share * 100),
        ))  # fmt: skip
    return tuple(found)


@require_POST
@allow(permissions.SERVICE_APPLY)
def request_checks(request: StaffRequest) -> HttpResponse:
    """Show what each check finds in the form as it is filled in; nothing is kept."""
    now = clock.now()
    policy, item = _policy(request, now), BY_CODE.get(request.GET.get("item", ""))
    if policy is None or item is None:
        raise NotFound("policy.not_found")
    form = RequestForm(request.POST, item=item, policy=policy, wanted=agreeing(item, policy))
    form.is_valid()
    draft = draft_of(request.actor, form, policy, now, strict=False)
    facts = facts_of(policy, item, wanted_by(request.actor, policy, item, draft, now), now)
    rows = [
        (CHECKS[found.check], say(found.refusal) if found.refusal else "") for found in findings(item, facts)
    ]  # fmt: skip
    second = rule_for(item)[1]
    return render(request, "policies/requests/checks.html", {"rows": rows, "second": second})


@require_GET
@allow(permissions.SERVICE_APPLY)
def people(request: StaffRequest) -> HttpResponse:
    """Offer customers for what is typed."""
    found = people_like(request.actor, request.GET.get("q", "")[:60], now=clock.now())
    options = [
        {"value": choice_text(customer_label(request.actor, row), row.customer_no), "note": row.birth_on or ""}
        for row in found
    ]
    return render(request, "policies/entry/options.html", {"options": options})
