"""Believable rates of the demo catalogue: from each offer's median premium by age, sex and payment term (PRD-2)."""

import math
from collections.abc import Iterator

from keyuan.kernel.codes import ProductKind
from keyuan.products.rules.pricing import FLAT, PREMIUM, SUM, RateKey
from keyuan.products.rules.rate_checks import RateLine
from keyuan.setup.demo.words.products import Offer

MIDDLE_AGE, OLDEST = 35, 70
#: How steeply a rate rises with each year of age.
STEEPNESS = {
    ProductKind.LIFE: 0.045, ProductKind.CRITICAL_ILLNESS: 0.04, ProductKind.MEDICAL: 0.035, ProductKind.ACCIDENT: 0.0,
    ProductKind.ENDOWMENT: 0.004, ProductKind.ANNUITY: 0.004,
}  # fmt: skip
SAVING = frozenset({ProductKind.ENDOWMENT, ProductKind.ANNUITY})
MALE, FEMALE = "1", "2"
#: What a rate of each sex is of the middle one.
BY_SEX = {MALE: 1.06, FEMALE: 0.97}
CENT = 10_000
FLAT_PRICES = {"V8001": (("6座以下", 950), ("6座及以上", 1_100))}
VALUE_YEARS = 60


def has_rates(offer: Offer) -> bool:
    """Tell whether the offer is sold by table; the others' premiums are agreed by hand."""
    return offer.kind in STEEPNESS or offer.code in FLAT_PRICES or offer.kind is ProductKind.PROPERTY


def premium_lines(offer: Offer) -> tuple[str, list[str], list[RateLine]]:
    """Return basis, dimensions and lines of an offer's premium table."""
    if offer.code in FLAT_PRICES:
        prices = FLAT_PRICES[offer.code]
        flat = [RateLine(at, RateKey(plan=plan), price * 1_000_000) for at, (plan, price) in enumerate(prices, 2)]
        return FLAT, ["plan"], flat
    if offer.kind is ProductKind.PROPERTY:
        return SUM, [], [RateLine(2, RateKey(), _cents(1_000 / offer.times))]
    lines = [RateLine(at, key, rate) for at, (key, rate) in enumerate(_by_person(offer), 2)]
    return SUM, ["age", "sex", "pay_term"] if offer.pay else ["age", "sex"], lines


def _by_person(offer: Offer) -> Iterator[tuple[RateKey, int]]:
    steep = STEEPNESS[offer.kind]
    median = sorted(offer.pay)[len(offer.pay) // 2] if offer.pay else 1
    for years in offer.pay or (0,):
        for sex in (MALE, FEMALE):
            for age in range(offer.ages[0], min(offer.ages[1], OLDEST) + 1):
                share = math.exp(steep * (age - MIDDLE_AGE)) * BY_SEX[sex]
                term = (median / years) ** 0.92 if years else 1.0
                key = RateKey(age=age, sex=sex, pay_term=f"Y{years}" if years else "")
                yield key, _cents(1_000 / offer.times * share * term)


def _cents(yuan: float) -> int:
    """Return a rate in millionths, rounded to the cent and never nothing."""
    return max(1, round(yuan * 100)) * CENT


def has_values(offer: Offer) -> bool:
    """Tell whether the offer has cash values worth a table."""
    return offer.long and not offer.rider and offer.kind in (*SAVING, ProductKind.LIFE, ProductKind.CRITICAL_ILLNESS)


def value_lines(offer: Offer) -> tuple[str, list[str], list[RateLine]]:
    """Return basis, dimensions and lines of the cash values for each 1,000 yuan of yearly premium."""
    lines: list[RateLine] = []
    last = min(VALUE_YEARS, offer.cover or VALUE_YEARS)
    for years in offer.pay or (1,):
        for year in range(1, last + 1):
            paid = 1_000 * min(year, years)
            key = RateKey(pay_term=f"Y{years}" if offer.pay else "S", year=year)
            lines.append(RateLine(len(lines) + 2, key, _cents(paid * _ratio(offer, year, years, last))))
    return PREMIUM, ["pay_term", "year"], lines


def _ratio(offer: Offer, year: int, years: int, last: int) -> float:
    if offer.cover and offer.kind is ProductKind.LIFE:
        # A term life saves little, and nothing at its end.
        return max(0.01, 0.35 * math.sin(math.pi * year / (last + 1)))
    full = max(years, 8)
    grown = min(1.0, 0.18 + 0.82 * (year / full) ** 0.8)
    yearly = 0.022 if offer.kind in SAVING or offer.design == "INCREASING" else 0.012
    return grown * (1 + yearly) ** max(0, year - full)
