"""Insured members of a group contract: who joins, who leaves (POL-1)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import GroupMember, Policy
from keyuan.policies.services.recording import editable_policy


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A person who joins; sums in minor units of the policy's currency."""

    member_no: str
    joined_on: date
    name: str = ""
    customer_id: int | None = None
    sum_insured: int | None = None
    premium: int | None = None


def add_member(*, actor: Actor, policy_id: int, draft: MemberDraft, now: datetime) -> GroupMember:
    """Take a person into a group contract.

    Raises `Refused`: member.not_a_group, member.unnamed, member.before_cover (outside the contract's dates),
    member.there_already, policy.mirrored.
    """
    actor.require(permissions.EDIT)
    person = access_customer(actor, draft.customer_id, now=now) if draft.customer_id is not None else None
    if person is None and not draft.name.strip():
        raise Refused("member.unnamed", field="person")
    with transaction.atomic():
        policy = _group(actor, policy_id, now)
        if not policy.effective_on <= draft.joined_on <= policy.expires_on:
            raise Refused("member.before_cover", field="joined_on")
        present = Q(left_on__isnull=True) | Q(left_on__gte=draft.joined_on)
        if GroupMember.objects.filter(present, policy=policy, member_no=draft.member_no).exists():
            raise Refused("member.there_already", field="member_no")
        member = GroupMember.objects.create(
            policy=policy,
            customer=person,
            member_no=draft.member_no,
            name=person.name if person else draft.name.strip(),
            sum_insured=draft.sum_insured,
            premium=draft.premium,
            joined_on=draft.joined_on,
        )
        _record(actor, policy, {"member": member.pk, "joined_on": draft.joined_on}, member.customer_id, now)
    return member


def end_membership(*, actor: Actor, policy_id: int, member_id: int, left_on: date, now: datetime) -> GroupMember:
    """End a member's cover with the day ``left_on``. Raises `Refused` member.left_before_joining, member.gone."""
    actor.require(permissions.EDIT)
    with transaction.atomic():
        policy = _group(actor, policy_id, now)
        member = GroupMember.objects.select_for_update().filter(policy=policy, pk=member_id).first()
        if member is None:
            raise NotFound("member.not_found")
        if member.left_on is not None:
            raise Refused("member.gone", field="left_on")
        if left_on < member.joined_on:
            raise Refused("member.left_before_joining", field="left_on")
        member.left_on = left_on
        member.save(update_fields=["left_on"])
        _record(actor, policy, {"member": member.pk, "left_on": left_on}, member.customer_id, now)
    return member


def _group(actor: Actor, policy_id: int, now: datetime) -> Policy:
    policy = editable_policy(actor, policy_id, version=None, now=now)
    if not policy.is_group:
        raise Refused("member.not_a_group")
    return policy


def _record(actor: Actor, policy: Policy, after: dict[str, object], customer_id: int | None, now: datetime) -> None:
    Policy.objects.filter(pk=policy.pk).update(version=F("version") + 1, updated_at=now)
    subject = Subject("policy", policy.pk)
    record(actor, Action.UPDATE, subject, after=after, customer_id=customer_id or policy.holder_id, now=now)
    emit(PoliciesChanged((policy.pk,), "MEMBERS"))
