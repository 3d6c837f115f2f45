"""Making local contracts with all their parts (POL-1)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.customers.models import Customer, CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PayMode, PolicyStatus
from keyuan.kernel.errors import Invalid, Refused
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import blind_index
from keyuan.platform.events import emit
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Coverage, Policy, PolicyKey, PolicyParty, PolicyService, Vehicle
from keyuan.policies.rules.contract import ProductFacts, normal_vehicle, problems
from keyuan.policies.rules.dates import cooling_off_end, cover_end, pay_years, waiting_end
from keyuan.policies.rules.drafts import CoverageDraft, PartyDraft, PolicyDraft
from keyuan.policies.rules.money import annual_premium
from keyuan.policies.selectors.agents import serving_agent
from keyuan.policies.selectors.entry import ENTRY_FORM, form_key, made_by_form
from keyuan.policies.services.clocks.winding import wind
from keyuan.policies.services.monitoring import ask_monitoring, note_monitoring
from keyuan.policies.services.payments import DUE_COLUMNS, build_schedule, refresh_due
from keyuan.policies.services.recording import note_event, refresh_holders
from keyuan.products.models import Product

FOREVER = date(9999, 12, 31)


def create_policy(*, actor: Actor, draft: PolicyDraft, now: datetime, token: str = "") -> Policy:
    """Make a local contract with its parties, covers and premium schedule.

    ``token`` names one attempt: sending it again returns the contract of the first time. Raises `Invalid` with all
    that is wrong, each with its field, and `NotFound` for customers out of reach; nothing is saved then.
    """
    actor.require(permissions.EDIT)
    product = Product.objects.filter(pk=draft.product_id).first()
    if product is None:
        raise Refused("policy.no_such_product", field="product")
    holder = access_customer(actor, draft.holder_id, now=now)
    births = _reachable_parties(actor, draft, holder, now)
    found = problems(draft, _facts_of(product), today=now.date(), births=births)
    if found:
        raise Invalid(found)
    agents = _agents(actor, draft)
    people = [holder.pk, *(party.customer_id for party in draft.insured)]
    listings = ask_monitoring(actor, people, "CREATE", draft.monitored)
    with transaction.atomic():
        hold(f"policy form {actor.id}:{token}")
        made = made_by_form(actor, token)
        if made is not None:
            return made
        policy = _policy(draft, product, holder, now)
        _place(policy, holder, agents.get("servicing"))
        policy.save(force_insert=True)
        if token:
            PolicyKey.objects.create(source=ENTRY_FORM, key=form_key(actor, token), policy=policy)
        _parts(policy, draft, holder)
        _schedule(policy, draft, births, now)
        note_event(actor, policy, "CREATE", now)
        after = {"product": product.code, "status": policy.status, "premium": policy.premium}
        record(actor, Action.CREATE, Subject("policy", policy.pk), after=after, customer_id=holder.pk, now=now)
        note_monitoring(actor, policy, listings, "CREATE", draft.monitored, now)
        refresh_holders([holder.pk], now)
        emit(PoliciesChanged((policy.pk,), "CREATE"))
    return policy


def _reachable_parties(actor: Actor, draft: PolicyDraft, holder: Customer, now: datetime) -> tuple[date | None, ...]:
    """Return the birth dates of the insured; raises NotFound for a party out of the actor's reach."""
    known = {
        party.customer_id: access_customer(actor, party.customer_id, now=now)
        for party in (*draft.insured, *draft.beneficiaries)
        if party.customer_id is not None
    }
    if not draft.insured:
        return (holder.birth_on,)
    return tuple(known[party.customer_id].birth_on for party in draft.insured if party.customer_id is not None)


def _agents(actor: Actor, draft: PolicyDraft) -> dict[str, Agent]:
    wanted = {"servicing": draft.servicing_agent_id, "selling": draft.selling_agent_id}
    return {duty: serving_agent(actor, pk, field=f"{duty}_agent") for duty, pk in wanted.items() if pk is not None}


def _schedule(policy: Policy, draft: PolicyDraft, births: tuple[date | None, ...], now: datetime) -> None:
    born = births[0] if births else None
    single = draft.pay_mode == PayMode.SINGLE
    years = 1 if single else pay_years(draft.pay_term, draft.pay_term_unit, draft.effective_on, born)
    if years:
        build_schedule(policy, years)
        refresh_due(policy, now.date())
    wind(policy, now.date())
    policy.save(update_fields=DUE_COLUMNS)


def _facts_of(product: Product) -> ProductFacts:
    return ProductFacts(
        kind=product.kind,
        pay_modes=tuple(product.pay_modes),
        is_on_sale=product.sale_status == Product.SaleStatus.ON_SALE,
        sale_from=product.sale_from,
        sale_until=product.sale_until,
        issue_age_min=product.issue_age_min,
        issue_age_max=product.issue_age_max,
    )


def _policy(draft: PolicyDraft, product: Product, holder: Customer, now: datetime) -> Policy:
    number = allocate("policy", 1)[0]
    status = PolicyStatus.PENDING
    if draft.issued_on is not None:
        status = PolicyStatus.NOT_EFFECTIVE if draft.effective_on > now.date() else PolicyStatus.IN_FORCE
    ends = draft.expires_on or cover_end(draft.effective_on, draft.cover_term, draft.cover_term_unit, holder.birth_on)
    cooling = cooling_off_end(draft.receipt_signed_on, product.cooling_off_days) if draft.receipt_signed_on else None
    return Policy(
        policy_no=number,
        policy_no_tail=number[-6:],
        product=product,
        kind=product.kind,
        is_group=product.is_group,
        holder=holder,
        holder_name=holder.name,
        status=status,
        in_cooling_off=cooling is not None and now.date() <= cooling,
        sum_insured=draft.sum_insured,
        premium=draft.premium,
        annual_premium=annual_premium(draft.premium, draft.pay_mode),
        pay_mode=draft.pay_mode,
        pay_term=draft.pay_term,
        pay_term_unit=draft.pay_term_unit,
        cover_term=draft.cover_term,
        cover_term_unit=draft.cover_term_unit,
        **_account_columns(draft.debit_account),
        applied_on=draft.applied_on,
        issued_on=draft.issued_on,
        effective_on=draft.effective_on,
        expires_on=ends or FOREVER,
        receipt_signed_on=draft.receipt_signed_on,
        cooling_off_until=cooling,
        waiting_until=_waits_until(draft, product),
        selling_agent_id=draft.selling_agent_id,
        previous_policy_id=draft.previous_policy_id,
        created_at=now,
        updated_at=now,
    )


def _waits_until(draft: PolicyDraft, product: Product) -> date | None:
    if draft.issued_on is None or draft.waives_waiting:
        return None
    return waiting_end(draft.effective_on, product.waiting_days)


def _account_columns(number: str | None) -> dict[str, Any]:
    """Return the sealed account and its blind index."""
    return {"debit_account": number, "debit_account_index": blind_index("bank_account", number)} if number else {}


def _place(policy: Policy, holder: Customer, agent: Agent | None) -> None:
    """Put the policy where its servicing agent works, or where its holder is served."""
    summary = CustomerSummary.objects.get(pk=holder.pk)
    if agent is None:
        agent = Agent.objects.filter(pk=summary.servicing_agent_id or 0).first()
    place: Any = agent or summary
    for column in LEVEL_COLUMNS:
        setattr(policy, column, getattr(place, column))
    policy.servicing_agent_id = agent.pk if agent else None
    policy.sales_channel = place.sales_channel


def _parts(policy: Policy, draft: PolicyDraft, holder: Customer) -> None:
    start = draft.effective_on
    own = PartyDraft(customer_id=holder.pk, name=holder.name)
    add_parties(policy, PolicyParty.Role.HOLDER, (own,), start)
    insured = draft.insured or (replace(own, relation_to_insured="00"),)
    add_parties(policy, PolicyParty.Role.INSURED, insured, start)
    add_parties(policy, PolicyParty.Role.BENEFICIARY, draft.beneficiaries, start)
    Coverage.objects.bulk_create(
        Coverage(
            policy=policy,
            product_id=cover.product_id,
            code=product.code,
            name=product.name,
            is_rider=cover.is_rider,
            sum_insured=cover.sum_insured,
            premium=cover.premium,
        )
        for cover, product in _covers(draft)
    )
    if any(draft.vehicle.values()):
        Vehicle.objects.create(policy=policy, **normal_vehicle(draft.vehicle))
    for duty, agent_id in (("SELLING", policy.selling_agent_id), ("SERVICING", policy.servicing_agent_id)):
        if agent_id is not None:
            PolicyService.objects.create(policy=policy, agent_id=agent_id, duty=duty, valid_from=start)


def _covers(draft: PolicyDraft) -> list[tuple[Any, Product]]:
    # A contract without stated covers has its main one.
    main = CoverageDraft(draft.product_id, sum_insured=draft.sum_insured, premium=draft.premium)
    covers = draft.coverages or (main,)
    products = Product.objects.in_bulk([cover.product_id for cover in covers])
    if len(products) < len({cover.product_id for cover in covers}):
        raise Refused("policy.no_such_product", field="coverages")
    return [(cover, products[cover.product_id]) for cover in covers]


def add_parties(policy: Policy, role: str, parties: tuple[PartyDraft, ...], start: date) -> None:
    """Write ``parties`` in ``role`` from ``start``, inside the caller's transaction."""
    PolicyParty.objects.bulk_create(
        PolicyParty(
            policy=policy,
            customer_id=party.customer_id,
            role=role,
            name="" if party.customer_id else party.name.strip(),
            relation_to_insured=party.relation_to_insured,
            benefit_type=party.benefit_type if role == PolicyParty.Role.BENEFICIARY else "",
            order=party.order,
            share_bp=party.share_bp,
            is_statutory=party.is_statutory,
            valid_from=start,
        )
        for party in parties
    )
