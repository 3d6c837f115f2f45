"""Families and relations as the actor may see them: people out of reach are not there (CUS-2)."""

from dataclasses import dataclass
from datetime import datetime

from keyuan.customers.models import Customer, CustomerSummary, Household, HouseholdMember, Relation
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Family:
    """A household, its members in reach (each with customer and summary), and their totals in minor units of CNY."""

    household: Household
    members: list[HouseholdMember]

    @property
    def policies_in_force(self) -> int:
        """Policies in force of all members."""
        return sum(member.customer.summary.policies_in_force for member in self.members)

    @property
    def annual_premium(self) -> int:
        """Yearly premium of all members."""
        return sum(member.customer.summary.annual_premium for member in self.members)


def access_household(actor: Actor, household_id: int, *, now: datetime, lock: bool = False) -> Household:
    """Return a household with at least one member whom the actor may see."""
    members = HouseholdMember.objects.filter(customer_q(actor, now=now, prefix="customer__"), left_on__isnull=True)
    households = Household.objects.filter(pk__in=members.filter(household_id=household_id).values("household_id"))
    if lock:
        households = households.select_for_update(of=("self",))
    try:
        return households.get(pk=household_id)
    except Household.DoesNotExist:
        raise NotFound("household.not_found") from None


def access_member(actor: Actor, member_id: int, *, now: datetime, lock: bool = False) -> HouseholdMember:
    """Return the present place of somebody whom the actor may see."""
    members = HouseholdMember.objects.filter(customer_q(actor, now=now, prefix="customer__"), left_on__isnull=True)
    if lock:
        members = members.select_for_update(of=("self",))
    try:
        return members.select_related("household").get(pk=member_id)
    except HouseholdMember.DoesNotExist:
        raise NotFound("household.not_found") from None


def family_of(actor: Actor, customer: Customer, *, now: datetime) -> Family | None:
    """Return the household a customer lives in, the customer first and then by role; None when there is none."""
    place = HouseholdMember.objects.filter(customer=customer, left_on__isnull=True).select_related("household").first()
    if place is None:
        return None
    members = HouseholdMember.objects.filter(household=place.household, left_on__isnull=True)
    visible = members.filter(customer_q(actor, now=now, prefix="customer__")).exclude(
        customer__status=Customer.Status.MERGED
    )
    rows = [row for row in visible.select_related("customer__summary") if hasattr(row.customer, "summary")]
    rows.sort(key=lambda row: (row.customer_id != customer.pk, row.role, row.pk))
    return Family(place.household, rows)


def relations_of(actor: Actor, customer: Customer, *, now: datetime) -> list[Relation]:
    """Return who is what to a customer: each row's ``customer`` is the ``kind`` of the one asked for."""
    rows = Relation.objects.filter(other=customer).filter(customer_q(actor, now=now, prefix="customer__"))
    return list(
        rows.exclude(customer__status=Customer.Status.MERGED).select_related("customer__summary").order_by("kind", "pk")
    )


def relations_among(ids: list[int]) -> list[Relation]:
    """Return the relations between customers whom the actor sees anyway, each pair once."""
    rows = Relation.objects.filter(customer_id__in=ids, other_id__in=ids)
    return [row for row in rows.order_by("pk") if row.customer_id < row.other_id]


def access_relation(actor: Actor, relation_id: int, *, now: datetime) -> Relation:
    """Return a relation between two customers whom the actor both sees."""
    visible = customer_q(actor, now=now, prefix="customer__") & customer_q(actor, now=now, prefix="other__")
    try:
        return Relation.objects.filter(visible).get(pk=relation_id)
    except Relation.DoesNotExist:
        raise NotFound("relation.not_found") from None


def summaries_of(ids: list[int]) -> dict[int, CustomerSummary]:
    """Return the summaries of customers whom the actor sees anyway."""
    return CustomerSummary.objects.in_bulk(ids)
