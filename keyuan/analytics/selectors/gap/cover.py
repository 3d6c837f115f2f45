"""What people are insured for by contracts in force, need by need (ANA-8)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.models import Coverage, GroupMember, Policy, PolicyParty
from keyuan.policies.rules.gap.covering import met_by
from keyuan.products.models import Product, ProductBenefit
from keyuan.products.rules.figures import BenefitFacts

Sums = dict[str, int]
CURRENCY = "CNY"
INSURED = PolicyParty.Role.INSURED


def cover_of(customer_ids: Collection[int]) -> Mapping[int, Sums]:
    """Return for each of at most some hundred people the sums by need; the caller has accessed them.

    What insures a person counts, whoever holds the contract; group contracts count with the member's sum.
    """
    insured = _insured(customer_ids)
    products = _Products()
    found: dict[int, Sums] = {pk: {} for pk in customer_ids}
    for customer_id, product_id, amount, is_rider in _covers(insured):
        for need, worth in products.met_by(product_id, amount, is_rider=is_rider).items():
            found[customer_id][need] = found[customer_id].get(need, 0) + worth
    for customer_id, product_id, amount in _memberships(customer_ids):
        for need, worth in products.met_by(product_id, amount).items():
            found[customer_id][need] = found[customer_id].get(need, 0) + worth
    return found


def _insured(customer_ids: Collection[int]) -> Mapping[int, list[int]]:
    """Return the people whom each contract insures."""
    rows = PolicyParty.objects.filter(customer_id__in=customer_ids, role=INSURED, valid_until__isnull=True)
    found: dict[int, list[int]] = defaultdict(list)
    for policy_id, customer_id in rows.values_list("policy_id", "customer_id"):
        if customer_id is not None and customer_id not in found[policy_id]:
            found[policy_id].append(customer_id)
    return found


def _covers(insured: Mapping[int, list[int]]) -> Iterator[tuple[int, int | None, int, bool]]:
    """Yield customer, product, sum and whether it is a rider; a contract without covers counts by its own sum."""
    live = Policy.objects.filter(pk__in=insured, status=PolicyStatus.IN_FORCE, currency=CURRENCY, is_group=False)
    contracts = {row[0]: row[1:] for row in live.values_list("pk", "product_id", "sum_insured")}
    seen = set()
    rows = Coverage.objects.filter(policy_id__in=contracts)
    for policy_id, product_id, amount, is_rider in rows.values_list(
        "policy_id", "product_id", "sum_insured", "is_rider"
    ):  # fmt: skip
        seen.add(policy_id)
        for customer_id in insured[policy_id]:
            yield customer_id, product_id, amount or 0, is_rider
    for policy_id, (product_id, amount) in contracts.items():
        if policy_id not in seen:
            for customer_id in insured[policy_id]:
                yield customer_id, product_id, amount or 0, False


def _memberships(customer_ids: Collection[int]) -> Iterator[tuple[int, int, int]]:
    rows = GroupMember.objects.filter(
        customer_id__in=customer_ids, left_on__isnull=True, policy__status=PolicyStatus.IN_FORCE,
        policy__currency=CURRENCY,
    )  # fmt: skip
    for customer_id, product_id, amount in rows.values_list("customer_id", "policy__product_id", "sum_insured"):
        if customer_id is not None:
            yield customer_id, product_id, amount or 0


class _Products:
    """Products with their benefits, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, list[str], list[BenefitFacts]]] = {}

    def met_by(self, product_id: int | None, amount: int, *, is_rider: bool = False) -> Sums:
        if product_id is None or amount <= 0:
            return {}
        if not self._known:
            self._read()
        kind, tags, benefits = self._known.get(product_id, ("", [], []))
        return met_by(kind, benefits, tags, amount, is_rider=is_rider)

    def _read(self) -> None:
        # The catalogue has some dozens of products: two queries, whatever somebody holds.
        benefits: dict[int, list[BenefitFacts]] = defaultdict(list)
        for row in ProductBenefit.objects.order_by("product_id", "position"):
            benefits[row.product_id].append(
                BenefitFacts(
                    row.code, row.amount_bp, row.amount, row.is_income, row.income_from, row.income_from_unit,
                    row.income_times,
                )
            )  # fmt: skip
        for pk, kind, tags in Product.objects.values_list("pk", "kind", "need_tags"):
            self._known[pk] = (kind, list(tags), benefits[pk])
