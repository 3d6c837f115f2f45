"""Families: making them, and who belongs to them since when (CUS-2)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from keyuan.customers import permissions
from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import Customer, Household, HouseholdMember
from keyuan.customers.rules.relations import role_in_household
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.family import access_household, access_member
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import Relation
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit

HEAD = Relation.SELF.value


def create_household(*, actor: Actor, head_id: int, now: datetime, label: str = "") -> Household:
    """Make a household with ``head_id`` as its head. Raises `Refused` household.elsewhere when they live in another."""
    actor.require(permissions.EDIT)
    head = access_customer(actor, head_id, now=now)
    _require_person(head)
    with transaction.atomic():
        household = Household.objects.create(
            label=label.strip()[:60], head=head, region_code=head.region_code, created_at=now
        )
        _join(household, head, HEAD, now)
        _record(actor, Action.CREATE, household, head.pk, {"role": HEAD}, now)
    return household


def add_member(*, actor: Actor, household_id: int, customer_id: int, role: str, now: datetime) -> HouseholdMember:
    """Take a person into a household in ``role`` (what they are to its head).

    Raises `Refused` household.elsewhere for a member of another household, household.role for an unknown role.
    """
    actor.require(permissions.EDIT)
    _require_role(role)
    customer = access_customer(actor, customer_id, now=now)
    _require_person(customer)
    with transaction.atomic():
        household = access_household(actor, household_id, now=now, lock=True)
        member = _join(household, customer, role, now)
        _record(actor, Action.UPDATE, household, customer.pk, {"role": role}, now)
    return member


def change_role(*, actor: Actor, member_id: int, role: str, now: datetime) -> HouseholdMember:
    """Say what a member is to the head. Raises `Refused` household.head for the head's own place."""
    actor.require(permissions.EDIT)
    with transaction.atomic():
        member = access_member(actor, member_id, now=now, lock=True)
        _require_role(role)
        _refuse_head(member)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        after = {"before": before, "role": role}
        _record(actor, Action.UPDATE, member.household, member.customer_id, after, now)
    return member


def join_household(
    *, actor: Actor, household_id: int, customer_id: int, kind: str, to_customer_id: int, now: datetime
) -> HouseholdMember:
    """Take in somebody who is the ``kind`` of a member; relations to another than the head become "other".

    Raises as `add_member`.
    """
    head = Household.objects.filter(pk=household_id, head_id=to_customer_id).exists()
    role = role_in_household(kind) if head else Relation.OTHER.value
    return add_member(actor=actor, household_id=household_id, customer_id=customer_id, role=role, now=now)


def remove_member(*, actor: Actor, member_id: int, now: datetime) -> int:
    """End a member's time in the household and return whose it was; the history stays.

    Raises `Refused` household.head for a head whom others depend on.
    """
    actor.require(permissions.EDIT)
    with transaction.atomic():
        member = access_member(actor, member_id, now=now, lock=True)
        others = HouseholdMember.objects.filter(household=member.household, left_on__isnull=True).exclude(pk=member.pk)
        if others.exists():
            _refuse_head(member)
        member.left_on = now.date()
        member.save(update_fields=["left_on"])
        _record(actor, Action.UPDATE, member.household, member.customer_id, {"left_on": member.left_on}, now)
    return member.customer_id


def _join(household: Household, customer: Customer, role: str, now: datetime) -> HouseholdMember:
    # Locked first, so that two clerks cannot put one person into two families.
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if HouseholdMember.objects.filter(customer=customer, left_on__isnull=True).exists():
        raise Refused("household.elsewhere", field="customer")
    try:
        with transaction.atomic():
            return HouseholdMember.objects.create(
                household=household, customer=customer, role=role, joined_on=now.date()
            )
    except IntegrityError:
        raise Refused("household.elsewhere", field="customer") from None


def _require_person(customer: Customer) -> None:
    if customer.kind != Customer.Kind.PERSON:
        raise Refused("household.persons_only", field="customer")


def _require_role(role: str) -> None:
    if role == HEAD or role not in {item.value for item in Relation}:
        raise Refused("household.role", field="role")


def _refuse_head(member: HouseholdMember) -> None:
    if member.role == HEAD:
        raise Refused("household.head", field="role")


def _record(
    actor: Actor, action: Action, household: Household, customer_id: int, facts: Mapping[str, object], now: datetime
) -> None:
    detail = {"household": household.pk, **facts}
    record(actor, action, Subject("customer", customer_id), customer_id=customer_id, detail=detail, now=now)
    emit(CustomersChanged((customer_id,), "HOUSEHOLD"))
