"""Exact premiums: a rate, a sum, the factor of the payment frequency, rounded half up once to the fen (PRD-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, allocate

WHOLE_BP = 10_000
#: Rates are kept in millionths of a yuan, so that tables of six decimals stay exact.
RATE_UNIT = 1_000_000
FEN_A_YUAN = 100
#: Share of the yearly premium by payment frequency in basis points, where a table states none (GK).
MODAL_FACTORS = {"01": 10_000, "02": 900, "03": 2_650, "04": 5_200, "05": 10_000}
#: What a rate refers to: the sum insured, the first year's premium (cash values), or nothing (the rate is the price).
SUM, PREMIUM, FLAT = "SUM", "PREMIUM", "FLAT"
#: Dimensions a table may have, in the order in which rows are named.
DIMENSIONS = ("age", "sex", "cover_term", "pay_term", "occupation", "plan", "year")


@dataclass(frozen=True, slots=True)
class RateKey:
    """Where in a table a rate stands; what a table does not depend on stays empty."""

    age: int | None = None
    sex: str = ""
    cover_term: str = ""
    pay_term: str = ""
    occupation: str = ""
    plan: str = ""
    year: int | None = None

    def reduced(self, dimensions: Sequence[str]) -> "RateKey":
        """Return the key with only ``dimensions``."""
        return RateKey(**{item.name: getattr(self, item.name) for item in fields(self) if item.name in dimensions})

    def missing(self, dimensions: Sequence[str]) -> list[str]:
        """Return the dimensions that the table asks for and this key does not say."""
        return [name for name in dimensions if getattr(self, name) in (None, "")]


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient of whole numbers rounded half up, exactly; ``denominator`` is positive."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def modal_factor(mode: str, factors: Mapping[str, int]) -> int:
    """Return the factor of a payment frequency in basis points. Raises `Refused` rates.no_mode (field pay_mode)."""
    factor = {**MODAL_FACTORS, **factors}.get(mode)
    if factor is None:
        raise Refused("rates.no_mode", field="pay_mode")
    return factor


def premium_of(rate: int, *, basis: str, base: int, amount: int, factor_bp: int = WHOLE_BP) -> int:
    """Return the premium in fen: ``rate`` (millionths of a yuan) for each ``base`` fen of ``amount`` fen.

    A FLAT rate is the price itself. Raises `Refused` rates.no_sum (field sum_insured) without an amount.
    """
    if basis == FLAT:
        return half_up(rate * FEN_A_YUAN * factor_bp, RATE_UNIT * WHOLE_BP)
    if amount <= 0 or base <= 0:
        raise Refused("rates.no_sum", field="sum_insured")
    return half_up(amount * rate * FEN_A_YUAN * factor_bp, base * RATE_UNIT * WHOLE_BP)


def sum_for(premium: int, rate: int, *, base: int, factor_bp: int = WHOLE_BP) -> int:
    """Return the largest sum insured in fen, in whole yuan, that ``premium`` fen buy (the other way round)."""
    if rate <= 0:
        raise Refused("rates.no_sum", field="sum_insured")
    exact = premium * base * RATE_UNIT * WHOLE_BP // (rate * FEN_A_YUAN * factor_bp)
    return exact // FEN_A_YUAN * FEN_A_YUAN


def package_prices(premiums: Sequence[int], discount_bp: int) -> tuple[int, list[int]]:
    """Return a package's one price and how it falls to its parts, to the fen, so that the parts sum to it (PRD-3)."""
    whole = sum(premiums)
    price = half_up(whole * (WHOLE_BP - discount_bp), WHOLE_BP)
    if whole == 0:
        return price, [0] * len(premiums)
    return price, [part.amount_minor for part in allocate(Money(price), list(premiums))]
