"""Changing local contracts: beneficiaries, the signed receipt (POL-1); mirrored ones are never edited (POL-7)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Policy, PolicyParty
from keyuan.policies.rules.contract import beneficiary_problems
from keyuan.policies.rules.dates import cooling_off_end
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.services.contracts import add_parties
from keyuan.policies.services.recording import editable_policy, note_event, refresh_holders, touch


def replace_beneficiaries(
    *,
    actor: Actor,
    policy_id: int,
    beneficiaries: tuple[PartyDraft, ...],
    version: int,
    now: datetime,
    reason: str,
    insured_agreed: bool = True,
) -> Policy:
    """End the present beneficiaries and set new ones as a whole, so that shares always sum up (保险法 39-41).

    Raises `Invalid` with what is wrong with them, `Refused` policy.insured_must_agree, policy.ended (a change after
    the event is void), policy.mirrored, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    if not insured_agreed:
        raise Refused("policy.insured_must_agree", field="insured_agreed")
    for party in beneficiaries:
        if party.customer_id is not None:
            access_customer(actor, party.customer_id, now=now)
    with transaction.atomic():
        policy = _living(actor, policy_id, version, now)
        found = beneficiary_problems(beneficiaries, policy.kind)
        if found:
            raise Invalid(found)
        present = PolicyParty.objects.filter(policy=policy, role=PolicyParty.Role.BENEFICIARY, valid_until__isnull=True)
        before = list(present.order_by("order", "pk").values("customer_id", "order", "share_bp", "is_statutory"))
        present.update(valid_until=now.date())
        add_parties(policy, PolicyParty.Role.BENEFICIARY, beneficiaries, now.date())
        after = [_facts(party) for party in beneficiaries]
        touch(policy, now)
        _finish(actor, policy, "BENEFICIARY", {"beneficiaries": before}, {"beneficiaries": after}, reason, now)
    return policy


def record_receipt(*, actor: Actor, policy_id: int, signed_on: date, version: int, now: datetime) -> Policy:
    """Record the day on which the holder signed the receipt; the cooling-off period counts from it (domain §A.3).

    Raises `Refused` policy.date_in_future, policy.receipt_before_issue, policy.receipt_known, policy.ended,
    policy.mirrored, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    if signed_on > now.date():
        raise Refused("policy.date_in_future", field="signed_on")
    with transaction.atomic():
        policy = _living(actor, policy_id, version, now)
        if policy.receipt_signed_on is not None:
            raise Refused("policy.receipt_known", field="signed_on")
        if policy.issued_on is None or signed_on < policy.issued_on:
            raise Refused("policy.receipt_before_issue", field="signed_on")
        policy.receipt_signed_on = signed_on
        policy.cooling_off_until = cooling_off_end(signed_on, policy.product.cooling_off_days)
        ends = policy.cooling_off_until
        policy.in_cooling_off = ends is not None and now.date() <= ends
        touch(policy, now, "receipt_signed_on", "cooling_off_until", "in_cooling_off")
        after = {"receipt_signed_on": signed_on, "cooling_off_until": ends}
        _finish(actor, policy, "RECEIPT", {"receipt_signed_on": None}, after, "", now, on=signed_on)
        refresh_holders([policy.holder_id], now)
    return policy


def _living(actor: Actor, policy_id: int, version: int, now: datetime) -> Policy:
    policy = editable_policy(actor, policy_id, version=version, now=now)
    if policy.status == PolicyStatus.TERMINATED:
        raise Refused("policy.ended")
    return policy


def _facts(party: PartyDraft) -> dict[str, Any]:
    return {
        "customer_id": party.customer_id,
        "order": party.order,
        "share_bp": party.share_bp,
        "is_statutory": party.is_statutory,
    }


def _finish(
    actor: Actor,
    policy: Policy,
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
    now: datetime,
    on: date | None = None,
) -> None:
    note_event(actor, policy, kind, now, on=on, reason=reason)
    record(
        actor,
        Action.UPDATE,
        Subject("policy", policy.pk),
        before=before,
        after=after,
        reason=reason,
        customer_id=policy.holder_id,
        now=now,
    )
    emit(PoliciesChanged((policy.pk,), kind))
