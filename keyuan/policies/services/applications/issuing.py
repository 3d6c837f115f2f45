"""From an accepted and paid application to a contract (POL-10, POL-1)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.policies import permissions
from keyuan.policies.models import Application, ApplicationBeneficiary, Policy
from keyuan.policies.rules.applications.states import State
from keyuan.policies.rules.drafts import CoverageDraft, PartyDraft, PolicyDraft
from keyuan.policies.rules.ledger import Account
from keyuan.policies.rules.renewals.windows import is_seamless
from keyuan.policies.selectors.applications.money import due_of, premium_of
from keyuan.policies.services.applications.notices import give_notice
from keyuan.policies.services.applications.recording import locked, take_step
from keyuan.policies.services.contracts import create_policy
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.products.rules.terms import unit_and_number


def issue_policy(
    *, actor: Actor, application_id: int, version: int | None, now: datetime, monitored: str = ""
) -> Policy:
    """Make the contract of an accepted application whose first premium is paid; sending it twice makes one.

    ``monitored`` says what was checked where the watch list monitors somebody (CUS-10). Raises `Refused`
    application.unpaid and those of the step, and what `create_policy` raises.
    """
    actor.require(permissions.EDIT)
    with transaction.atomic():
        application = locked(actor, application_id, None)
        if application.policy_id is not None and application.policy is not None:
            return application.policy
        application = locked(actor, application_id, version)
        if application.status == State.ACCEPTED and due_of(application) > 0:
            raise Refused("application.unpaid", field="amount")
        draft = _draft(application, now, monitored)
        policy = create_policy(actor=actor, draft=draft, now=now, token=f"application {application.pk}")
        facts = {**policy.facts, "application_id": application.pk, "conclusion": application.conclusion}
        Policy.objects.filter(pk=policy.pk).update(application_no=application.application_no, facts=facts)
        payment = PaymentDraft(
            application.premium, application.paid_on or now.date(), "30", f"application {application.pk}"
        )
        record_payment(actor=actor, policy_id=policy.pk, draft=payment, now=now, against=Account.ADVANCE)
        application.policy = policy
        if take_step(actor, application, "ISSUE", now, columns=("policy",)):
            give_notice(application, "REFUND", now)
    policy.refresh_from_db()
    return policy


def _draft(application: Application, now: datetime, monitored: str) -> PolicyDraft:
    pay_unit, pay_term = unit_and_number(application.pay_term)
    cover_unit, cover_term = unit_and_number(application.cover_term)
    single = application.pay_mode == "01" or pay_unit == "S"
    return PolicyDraft(
        product_id=application.product_id,
        holder_id=application.holder_id,
        effective_on=max(application.effective_on, now.date()),
        premium=application.premium,
        pay_mode="01" if single else application.pay_mode,
        sum_insured=application.sum_insured or None,
        applied_on=application.applied_on,
        issued_on=now.date(),
        pay_term=1 if single else pay_term,
        pay_term_unit="S" if single else pay_unit,
        cover_term=cover_term,
        cover_term_unit=cover_unit or "O",
        servicing_agent_id=application.agent_id,
        selling_agent_id=application.agent_id,
        insured=(PartyDraft(customer_id=application.insured_id, relation_to_insured=application.relation),),
        beneficiaries=_beneficiaries(application),
        coverages=tuple(
            CoverageDraft(item["product_id"], item["is_rider"], item["sum_insured"] or None, premium_of(item))
            for item in application.items
        ),
        monitored=monitored,
        **_renewed(application),
    )


def _renewed(application: Application) -> dict[str, Any]:
    """Return what a contract that renews another takes from it: its former, no waiting period without a gap."""
    renewal = application.renewal
    if renewal is None:
        return {}
    starts_on = application.effective_on
    seamless = is_seamless(renewal.expires_on, starts_on)
    return {"previous_policy_id": renewal.policy_id, "waives_waiting": seamless}


def _beneficiaries(application: Application) -> tuple[PartyDraft, ...]:
    return tuple(
        PartyDraft(
            customer_id=row.customer_id, name=row.name, relation_to_insured=row.relation, order=row.order,
            share_bp=row.share_bp, is_statutory=row.is_statutory,
        )
        for row in ApplicationBeneficiary.objects.filter(application=application).order_by("order", "pk")
    )  # fmt: skip
