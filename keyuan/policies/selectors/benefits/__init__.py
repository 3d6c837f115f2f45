"""Reads of benefits: which ones an actor sees, and what their pages show (POL-6)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import BenefitDue, BenefitEvent, BenefitOption, DividendRate, Policy
from keyuan.policies.rules.benefits.dividends import ACCUMULATE
from keyuan.products.models import Product

#: What a customer has not got yet.
WAITING = (BenefitDue.State.OPEN, BenefitDue.State.CLAIMED, BenefitDue.State.APPROVED)


def benefit_sources(actor: Actor, *, now: datetime) -> list[QuerySet[BenefitDue]]:
    """Benefits as the list reads them: of contracts served in scope, then those of customers lent."""
    return lent_rows(BenefitDue.objects.all(), actor, now=now, customer="holder")


def benefits_visible_to(actor: Actor, *, now: datetime) -> QuerySet[BenefitDue]:
    """Every benefit the actor may open: of contracts in scope, or of a policyholder the actor sees."""
    if actor.scope.reach is Reach.ALL:
        return BenefitDue.objects.all()
    return BenefitDue.objects.filter(in_scope(actor) | customer_q(actor, now=now, prefix="holder__"))


def access_benefit(actor: Actor, benefit_id: int, *, now: datetime, lock: bool = False) -> BenefitDue:
    """Return one benefit the actor may see, row-locked when it is about to change. Raises `NotFound`."""
    rows = benefits_visible_to(actor, now=now).select_related("policy__product", "payee")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=benefit_id).first()
    if found is None:
        raise NotFound("benefit.not_found")
    return found


def benefits_of_policy(policy: Policy) -> QuerySet[BenefitDue]:
    """Return the benefits of a contract, newest first; the caller has access to the contract."""
    return BenefitDue.objects.filter(policy=policy).order_by("-due_on", "-pk")


def benefits_of_customer(actor: Actor, customer_id: int, *, now: datetime) -> list[BenefitDue]:
    """Return what a customer has to receive, in reach of the actor: what waits first, at most 20."""
    rows = benefits_visible_to(actor, now=now).filter(payee_id=customer_id).select_related("product")
    found = list(rows.order_by("-due_on", "-pk")[:60])
    return sorted(found, key=lambda row: (row.state not in WAITING, -row.due_on.toordinal()))[:20]


def events_of(benefit: BenefitDue) -> QuerySet[BenefitEvent]:
    """Return what happened to a benefit, newest first."""
    return BenefitEvent.objects.filter(benefit=benefit).order_by("-pk")


def option_of(policy: Policy) -> str:
    """Return how the contract's dividends are taken; left to accumulate where nothing was chosen (GK)."""
    row = BenefitOption.objects.filter(policy=policy).first()
    return row.option if row else ACCUMULATE


def waiting_total(policy: Policy, today: date) -> int:
    """Return what has fallen due under a contract and nobody collected yet, in minor units."""
    rows = BenefitDue.objects.filter(policy=policy, state__in=WAITING, due_on__lte=today)
    return rows.aggregate(sum=Sum("payable"))["sum"] or 0


def has_waiting(policy_ids: Sequence[int]) -> bool:
    """Tell whether a benefit of one of these contracts waits."""
    return BenefitDue.objects.filter(policy_id__in=policy_ids, state__in=WAITING).exists()


def dividend_rates() -> QuerySet[DividendRate]:
    """Return the declared rates, newest year first."""
    return DividendRate.objects.select_related("product").order_by("-year", "product__code")


def participating_products() -> QuerySet[Product]:
    """Return the products that pay dividends."""
    return Product.objects.filter(design="PARTICIPATING").order_by("code")


def uncollected_on(day: date) -> Sequence[QuerySet[BenefitDue]]:
    """Return the benefits that fell due on ``day`` and wait for a claim; dividends wait by choice."""
    rows = BenefitDue.objects.filter(due_on=day, state=BenefitDue.State.OPEN, payee_id__isnull=False)
    return [rows.exclude(kind=BenefitDue.Kind.DIVIDEND)]


def payees_of(benefit_ids: Sequence[int]) -> dict[int, int]:
    """Return the customer who receives each benefit, where one is known."""
    rows = BenefitDue.objects.filter(pk__in=benefit_ids, payee_id__isnull=False).values_list("pk", "payee_id")
    return {pk: payee for pk, payee in rows if payee is not None}
