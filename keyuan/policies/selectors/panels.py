"""What policies add to a customer's 360° page, each panel in at most three queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Sum

from keyuan.customers.models import CustomerSummary, HouseholdMember
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.platform.crypto.presenter import present
from keyuan.policies.models import Coverage, Instalment, Payment, Policy
from keyuan.policies.selectors.contract import State, known, policy_number, state_of
from keyuan.policies.selectors.labels import PRODUCT_KINDS
from keyuan.policies.selectors.scope import policies_of_customer, policies_visible_to

CARD_LIMIT = 5
HORIZON_DAYS = 366
CURRENCY = "CNY"
RANK = {"IN_FORCE": 0, "NOT_EFFECTIVE": 1, "PENDING": 2, "SUSPENDED": 3, "OTHER": 4, "TERMINATED": 5}


@dataclass(frozen=True, slots=True)
class PolicyCard:
    """A policy as the 360° page lists it; ``holder`` is named where it is somebody else."""

    policy: Policy
    number: str
    state: State
    next_due_on: date | None
    expires_on: date | None
    holder: str


def cards(actor: Actor, customer_id: int, *, now: datetime) -> list[PolicyCard]:
    """Return the customer's policies, grace first, then in force by premium, ended ones last.

    Policies of other holders appear only where the actor may open them: being insured or a beneficiary tells nobody
    else about the holder's contract.
    """
    today = now.date()
    every = list(policies_of_customer(customer_id))
    others = [policy.pk for policy in every if policy.holder_id != customer_id]
    reach = (
        set(policies_visible_to(actor, now=now).filter(pk__in=others).values_list("pk", flat=True)) if others else ()
    )
    policies = sorted(
        (policy for policy in every if policy.holder_id == customer_id or policy.pk in reach),
        key=lambda policy: (not policy.in_grace, RANK.get(policy.status, 9), -(policy.annual_premium or 0), policy.pk),
    )
    return [
        PolicyCard(
            policy,
            policy_number(actor, policy),
            state_of(policy, today),
            known(policy.next_due_on),
            known(policy.expires_on),
            present(actor, policy.holder_name, "name") if policy.holder_id != customer_id else "",
        )
        for policy in policies
    ]


@dataclass(frozen=True, slots=True)
class PremiumSituation:
    """What is owed and what came in lately, over the customer's policies."""

    arrears: int
    upcoming: list[Instalment]
    payments: list[Payment]


def premium_situation(customer_id: int, today: date) -> PremiumSituation:
    """Return arrears in minor units of CNY, the open instalments of the next year, and the last payments."""
    mine = Policy.objects.filter(holder_id=customer_id).values("pk")
    live = (PolicyStatus.IN_FORCE, PolicyStatus.SUSPENDED)
    open_rows = Instalment.objects.filter(
        policy__in=mine, policy__status__in=live, status__in=(Instalment.Status.DUE, Instalment.Status.PART)
    )
    soon = open_rows.filter(due_on__lte=today + timedelta(days=HORIZON_DAYS)).select_related("policy__product")
    rows = list(soon.order_by("due_on", "pk"))
    arrears = sum(
        row.amount - row.paid_amount for row in rows if row.due_on < today and row.policy.currency == CURRENCY
    )
    payments = Payment.objects.filter(policy__in=mine).select_related("policy__product").order_by("-paid_on", "-pk")
    return PremiumSituation(arrears, rows[:CARD_LIMIT], list(payments[:CARD_LIMIT]))


@dataclass(frozen=True, slots=True)
class KindTotal:
    """Cover in force of one kind of product."""

    label: Any
    sum_insured: int
    premium: int
    count: int


def cover_by_kind(customer_id: int) -> list[KindTotal]:
    """Return the customer's covers in force by kind of product, largest sum first; sums in minor units of CNY."""
    policies = policies_of_customer(customer_id).filter(status=PolicyStatus.IN_FORCE, currency=CURRENCY).order_by()
    rows = (
        Coverage.objects.filter(policy__in=policies.values("pk"))
        .values("product__kind")
        .annotate(total=Sum("sum_insured"), premium=Sum("premium"), count=Count("pk"))
    )
    totals = [
        KindTotal(
            PRODUCT_KINDS.get(row["product__kind"] or "", PRODUCT_KINDS["OTHER"]),
            row["total"] or 0,
            row["premium"] or 0,
            row["count"],
        )
        for row in rows
    ]
    return sorted(totals, key=lambda total: -total.sum_insured)


@dataclass(frozen=True, slots=True)
class HouseholdTotal:
    """One member's share of the household's cover."""

    customer_id: int
    name: str
    policies: int
    annual_premium: int
    sum_insured: int


def household_totals(actor: Actor, customer_id: int, visible: Any) -> list[HouseholdTotal]:
    """Return cover and premium of each household member the actor sees; ``visible`` are the summaries in reach."""
    homes = HouseholdMember.objects.filter(customer_id=customer_id, left_on__isnull=True).values("household_id")
    members = HouseholdMember.objects.filter(household__in=homes, left_on__isnull=True).values("customer_id")
    # A union, not an OR: with an OR PostgreSQL reads the whole table.
    people = members.union(CustomerSummary.objects.filter(pk=customer_id).values("pk"))
    summaries = list(visible.filter(pk__in=people))
    sums = dict(
        Policy.objects.filter(
            holder_id__in=[row.pk for row in summaries], status=PolicyStatus.IN_FORCE, currency=CURRENCY
        )
        .values_list("holder_id")
        .annotate(total=Sum("sum_insured"))
    )
    rows = [_member(actor, row, sums.get(row.pk) or 0) for row in summaries]
    return sorted(rows, key=lambda row: -row.annual_premium)


def _member(actor: Actor, row: CustomerSummary, total: int) -> HouseholdTotal:
    return HouseholdTotal(row.pk, customer_label(actor, row), row.policies_in_force, row.annual_premium, total)


def household_premium(actor: Actor, customer_id: int, *, now: datetime) -> int:
    """Return what the household members within reach pay a year, in minor units of CNY; 0 without a household."""
    homes = HouseholdMember.objects.filter(customer_id=customer_id, left_on__isnull=True).values("household_id")
    members = HouseholdMember.objects.filter(household__in=homes, left_on__isnull=True).values("customer_id")
    visible = summaries_visible_to(actor, now=now).filter(pk__in=members)
    total: int | None = visible.aggregate(sum=Sum("annual_premium"))["sum"]
    return total or 0
