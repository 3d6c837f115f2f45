"""What to buy first within a budget (ANA-8). Not a recommendation: suitability comes after it (domain.md §D.3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

#: Sums are proposed in steps of ten thousand yuan.
STEP = 1_000_000
WHOLE, PART, NO_MONEY, NO_PRODUCT = "WHOLE", "PART", "NO_MONEY", "NO_PRODUCT"


@dataclass(frozen=True, slots=True)
class Price:
    """What a sum costs a year with one product; sums and premiums in fen."""

    product_id: int
    product: str
    sum_insured: int
    yearly: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the budget does for one gap: a product with sum and premium, or why there is none."""

    kind: str
    state: str
    price: Price | None = None


#: Prices a sum for a need; None where no product on sale fits the person.
Pricer = Callable[[str, int], Price | None]


def spend(budget: int, gaps: Iterable[tuple[str, int]], price: Pricer) -> list[Purchase]:
    """Spend a yearly budget on gaps in their order: each closed whole if it can be, else in part, else left."""
    found, left = [], budget
    for kind, gap in gaps:
        if gap <= 0:
            continue
        purchase = _buy(kind, _up(gap), left, price)
        left -= purchase.price.yearly if purchase.price else 0
        found.append(purchase)
    return found


def _buy(kind: str, wanted: int, left: int, price: Pricer) -> Purchase:
    whole = price(kind, wanted)
    if whole is None:
        return Purchase(kind, NO_PRODUCT)
    if whole.yearly <= left:
        return Purchase(kind, WHOLE if whole.sum_insured >= wanted else PART, whole)
    affordable = whole.sum_insured * left // whole.yearly // STEP * STEP
    part = price(kind, affordable) if affordable >= STEP else None
    # Rounded premiums and least sums of a product may still cost more than is left.
    if part is None or part.yearly > left:
        return Purchase(kind, NO_MONEY)
    return Purchase(kind, PART, part)


def _up(amount: int) -> int:
    return -(-amount // STEP) * STEP
