"""Which contracts have a benefit falling due in a span of days, found without a look at the whole book (POL-6).

Maturities lie in the index of the last day of cover; incomes and dividends fall on anniversaries, and each anniversary
is a handful of days on which a contract can have begun. A span of more than a month is walked by key instead.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from keyuan.kernel.codes import BeneficiaryType, PolicyStatus, ProductKind, TerminationReason
from keyuan.policies.models import Policy, PolicyParty
from keyuan.policies.rules.benefits.schedule import DIVIDEND, LEADS, MATURITY, MATURITY_CODE, SURVIVAL, anniversary_days
from keyuan.products.models import Product, ProductBenefit
from keyuan.products.rules.figures import BenefitFacts

PARTICIPATING = "PARTICIPATING"
#: A wider span is walked by key: its list of days would be longer than the book is worth.
MOST_DAYS = 31
#: The passes of a run: what is looked for, and how many days ahead.
PASSES = (MATURITY, SURVIVAL, DIVIDEND)
PLACE = ("head_office_id", "branch_id", "sub_branch_id", "section_id", "team_id", "sales_channel", "servicing_agent_id")
NEEDED = (
    "product", "kind", "effective_on", "expires_on", "sum_insured", "currency", "holder", "holder_name", "status",
    "terminated_on", "premium", "annual_premium", "pay_term", "pay_term_unit", "pay_mode", "cover_term",
    "cover_term_unit", "is_paid_up", "is_premium_waived", "next_due_on", "cash_value", "source", "is_reduced_paid_up",
    *PLACE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    """What a product pays while the insured lives."""

    benefits: tuple[BenefitFacts, ...]
    is_annuity: bool
    is_participating: bool

    def of_pass(self, wanted: str) -> tuple[BenefitFacts, ...]:
        """Return the benefits that a pass looks for."""
        if wanted == MATURITY:
            return tuple(one for one in self.benefits if one.code == MATURITY_CODE)
        if wanted == SURVIVAL:
            return tuple(one for one in self.benefits if one.is_income)
        return ()


def offered_products(product_id: int | None = None) -> dict[int, Offered]:
    """Return the products that pay something to the living, by id."""
    paying = Q(code=MATURITY_CODE) | Q(is_income=True)
    rows = ProductBenefit.objects.filter(paying).order_by("product_id", "position", "pk")
    benefits: dict[int, list[BenefitFacts]] = defaultdict(list)
    for row in rows:
        facts = BenefitFacts(
            row.code, row.amount_bp, row.amount, row.is_income, row.income_from, row.income_from_unit, row.income_times
        )
        benefits[row.product_id].append(facts)
    found = {}
    for pk, kind, design in Product.objects.values_list("pk", "kind", "design"):
        offered = Offered(tuple(benefits.get(pk, ())), kind == ProductKind.ANNUITY, design == PARTICIPATING)
        if (offered.benefits or offered.is_participating) and product_id in (None, pk):
            found[pk] = offered
    return found


def products_of_pass(offered: Mapping[int, Offered], wanted: str) -> list[int]:
    """Return the products that a pass is about."""
    if wanted == DIVIDEND:
        return [pk for pk, one in offered.items() if one.is_participating]
    return [pk for pk, one in offered.items() if one.of_pass(wanted)]


def span_of(wanted: str, first: date, last: date, *, whole: bool) -> tuple[date, date]:
    """Return the due days that a run of the nights ``first`` to ``last`` opens; ``whole``: from ``first`` itself on."""
    lead = LEADS[wanted]
    begins = first if whole else date.fromordinal(first.toordinal() + lead)
    return begins, date.fromordinal(last.toordinal() + lead)


def contracts(wanted: str, products: Collection[int], span: tuple[date, date], after: int, limit: int) -> list[Policy]:
    """Return the next contracts behind key ``after`` that may have a benefit of the pass in ``span``.

    Only contracts kept here (POL-7), of single persons, in force or matured.
    """
    if not products:
        return []
    rows = _dated(Policy.objects.filter(pk__gt=after, product_id__in=products), wanted, span)
    living = Q(status=PolicyStatus.IN_FORCE)
    matured = Q(status=PolicyStatus.TERMINATED, termination_reason=TerminationReason.MATURED)
    kept = rows.filter(living | matured, source=Policy.Source.LOCAL, is_group=False)
    return list(kept.only("pk", *NEEDED).order_by("pk")[:limit])


def _dated(rows: QuerySet[Policy], wanted: str, span: tuple[date, date]) -> QuerySet[Policy]:
    first, last = span
    if wanted == MATURITY:
        return rows.filter(expires_on__range=span)
    if (last - first).days >= MOST_DAYS:
        return rows.filter(effective_on__lt=last, expires_on__gte=first)
    return rows.filter(effective_on__in=anniversary_days(first, last))


@dataclass(frozen=True, slots=True)
class Payee:
    """Who receives a benefit, and which part of it in basis points; None: equal parts."""

    customer_id: int | None
    name: str
    share_bp: int | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Of each contract: birth of the insured, and the payees of what the living receive."""

    births: Mapping[int, date | None]
    payees: Mapping[int, Sequence[Payee]]


def people_of(policies: Sequence[Policy]) -> People:
    """Return insured and survival beneficiaries; the insured receive where nobody is named (满期, domain.md §A.7)."""
    ids = [policy.pk for policy in policies]
    rows = PolicyParty.objects.filter(policy_id__in=ids, role__in=("INSURED", "BENEFICIARY"), valid_until__isnull=True)
    columns = ("policy_id", "role", "benefit_type", "order", "share_bp", "customer_id", "name", "is_statutory")
    births: dict[int, date | None] = {}
    insured: dict[int, list[Payee]] = defaultdict(list)
    named: dict[int, list[tuple[int, Payee]]] = defaultdict(list)
    people = rows.order_by("policy_id", "order", "pk").values_list(*columns, "customer__name", "customer__birth_on")
    for policy, role, kind, order, share, customer, name, statutory, known_as, born in people:
        if role == "INSURED":
            births.setdefault(policy, born)
            insured[policy].append(Payee(customer, known_as or name))
        elif kind == BeneficiaryType.SURVIVAL and not statutory:
            named[policy].append((order, Payee(customer, known_as or name, share)))
    payees: dict[int, Sequence[Payee]] = {}
    for policy in policies:
        first = min((order for order, _one in named[policy.pk]), default=None)
        chosen = [one for order, one in named[policy.pk] if order == first] or insured[policy.pk][:1]
        payees[policy.pk] = chosen or [holder_of(policy)]
    return People(births, payees)


def holder_of(policy: Policy) -> Payee:
    """Return the policyholder as payee: dividends belong to who pays the premiums."""
    return Payee(policy.holder_id, policy.holder_name)
