"""Making and changing local contracts (POL-1); mirrored ones are never edited here (POL-7)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.customers.models import Customer, CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import blind_index
from keyuan.platform.events import emit
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Coverage, Policy, PolicyEvent, PolicyParty, PolicyService, Vehicle
from keyuan.policies.rules.contract import ProductFacts, problems
from keyuan.policies.rules.dates import cooling_off_end, cover_end
from keyuan.policies.rules.drafts import PartyDraft, PolicyDraft
from keyuan.policies.rules.money import Share, annual_premium, check_shares
from keyuan.policies.selectors import access_policy
from keyuan.policies.services.payments import build_schedule, refresh_due
from keyuan.products.models import Product

FOREVER = date(9999, 12, 31)


def create_policy(*, actor: Actor, draft: PolicyDraft, now: datetime) -> Policy:
    """Make a local contract with its parties, covers and premium schedule. Raises `Invalid` with all that is wrong."""
    actor.require(permissions.EDIT)
    product = Product.objects.filter(pk=draft.product_id).first()
    if product is None:
        raise Refused("policy.no_such_product", field="product")
    found = problems(draft, _facts_of(product), today=now.date())
    if found:
        raise Invalid(found)
    holder = access_customer(actor, draft.holder_id, now=now)
    for party in (*draft.insured, *draft.beneficiaries):
        if party.customer_id is not None:
            access_customer(actor, party.customer_id, now=now)
    with transaction.atomic():
        policy = _policy(draft, product, holder, now)
        _place(policy, holder, draft)
        policy.save(force_insert=True)
        _parts(policy, draft, holder)
        if draft.pay_term or draft.pay_mode == "01":
            build_schedule(policy, draft.pay_term or 1)
            refresh_due(policy, now.date())
            policy.save(update_fields=["next_due_on", "next_due_amount", "grace_until", "in_grace", "next_clock_on"])
        _event(actor, policy, "CREATE", now)
        record(
            actor,
            Action.CREATE,
            Subject("policy", policy.pk),
            after={"product": product.code, "status": policy.status, "premium": policy.premium},
            customer_id=holder.pk,
            now=now,
        )
        refresh([holder.pk], now)
        emit(PoliciesChanged((policy.pk,), "CREATE"))
    return policy


def replace_beneficiaries(
    *, actor: Actor, policy_id: int, beneficiaries: tuple[PartyDraft, ...], version: int, now: datetime, reason: str
) -> Policy:
    """End the present beneficiaries and set new ones as a whole, so that shares always sum up (保险法 41)."""
    actor.require(permissions.EDIT)
    check_shares(Share(party.order, party.share_bp, position) for position, party in enumerate(beneficiaries))
    with transaction.atomic():
        policy = editable_policy(actor, policy_id, version=version, now=now)
        present = PolicyParty.objects.filter(policy=policy, role=PolicyParty.Role.BENEFICIARY, valid_until__isnull=True)
        before = list(present.order_by("order", "pk").values("customer_id", "order", "share_bp", "is_statutory"))
        present.update(valid_until=now.date())
        _add_parties(policy, PolicyParty.Role.BENEFICIARY, beneficiaries, now.date())
        after = [{"customer_id": p.customer_id, "order": p.order, "share_bp": p.share_bp} for p in beneficiaries]
        touch(policy, now)
        _event(actor, policy, "BENEFICIARY", now, reason)
        record(
            actor,
            Action.UPDATE,
            Subject("policy", policy.pk),
            before={"beneficiaries": before},
            after={"beneficiaries": after},
            reason=reason,
            customer_id=policy.holder_id,
            now=now,
        )
        emit(PoliciesChanged((policy.pk,), "BENEFICIARY"))
    return policy


def editable_policy(actor: Actor, policy_id: int, *, version: int, now: datetime) -> Policy:
    """Return the policy locked for a change. Raises `Refused` policy.mirrored and `Conflict`."""
    policy = access_policy(actor, policy_id, now=now, lock=True)
    if policy.source == Policy.Source.CORE:
        raise Refused("policy.mirrored")
    if policy.version != version:
        raise Conflict("conflict", version=policy.version)
    return policy


def touch(policy: Policy, now: datetime, *fields: str) -> None:
    """Save ``fields`` with the next version."""
    policy.version += 1
    policy.updated_at = now
    policy.save(update_fields=[*fields, "version", "updated_at"])


def _facts_of(product: Product) -> ProductFacts:
    return ProductFacts(
        kind=product.kind,
        pay_modes=tuple(product.pay_modes),
        is_on_sale=product.sale_status == Product.SaleStatus.ON_SALE,
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
        selling_agent_id=draft.selling_agent_id,
        previous_policy_id=draft.previous_policy_id,
        created_at=now,
        updated_at=now,
    )


def _account_columns(number: str | None) -> dict[str, Any]:
    """Return the sealed account and its blind index."""
    return {"debit_account": number, "debit_account_index": blind_index("bank_account", number)} if number else {}


def _place(policy: Policy, holder: Customer, draft: PolicyDraft) -> None:
    """Put the policy where its servicing agent works, or where its holder is served."""
    summary = CustomerSummary.objects.get(pk=holder.pk)
    agent = Agent.objects.filter(pk=draft.servicing_agent_id or summary.servicing_agent_id or 0).first()
    place: Any = agent or summary
    for column in LEVEL_COLUMNS:
        setattr(policy, column, getattr(place, column))
    policy.servicing_agent_id = agent.pk if agent else None
    policy.sales_channel = place.sales_channel


def _parts(policy: Policy, draft: PolicyDraft, holder: Customer) -> None:
    start = draft.effective_on
    own = PartyDraft(customer_id=holder.pk, name=holder.name)
    _add_parties(policy, PolicyParty.Role.HOLDER, (own,), start)
    insured = draft.insured or (replace(own, relation_to_insured="00"),)
    _add_parties(policy, PolicyParty.Role.INSURED, insured, start)
    _add_parties(policy, PolicyParty.Role.BENEFICIARY, draft.beneficiaries, start)
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
    if draft.vehicle:
        Vehicle.objects.create(policy=policy, **draft.vehicle)
    for duty, agent_id in (("SELLING", policy.selling_agent_id), ("SERVICING", policy.servicing_agent_id)):
        if agent_id is not None:
            PolicyService.objects.create(policy=policy, agent_id=agent_id, duty=duty, valid_from=start)


def _covers(draft: PolicyDraft) -> list[tuple[Any, Product]]:
    products = Product.objects.in_bulk([cover.product_id for cover in draft.coverages])
    if len(products) < len({cover.product_id for cover in draft.coverages}):
        raise Refused("policy.no_such_product", field="coverages")
    return [(cover, products[cover.product_id]) for cover in draft.coverages]


def _add_parties(policy: Policy, role: str, parties: tuple[PartyDraft, ...], start: date) -> None:
    PolicyParty.objects.bulk_create(
        PolicyParty(
            policy=policy,
            customer_id=party.customer_id,
            role=role,
            name="" if party.customer_id else party.name,
            relation_to_insured=party.relation_to_insured,
            benefit_type=party.benefit_type if role == PolicyParty.Role.BENEFICIARY else "",
            order=party.order,
            share_bp=party.share_bp,
            is_statutory=party.is_statutory,
            valid_from=start,
        )
        for party in parties
    )


def _event(actor: Actor, policy: Policy, kind: str, now: datetime, reason: str = "") -> None:
    PolicyEvent.objects.create(
        policy=policy,
        kind=kind,
        to_status=policy.status,
        happened_on=now.date(),
        recorded_at=now,
        actor_id=actor.id,
        actor_name=actor.name[:40],
        reason=reason[:200],
    )
