"""A plan's figures from the catalogue: premium by table and row, then year by year (PRD-4, PRD-5)."""

from dataclasses import dataclass, replace
from datetime import date

from keyuan.kernel.errors import Refused
from keyuan.products.models import Product
from keyuan.products.rules.figures import BenefitFacts, PlanFacts, Year, break_even, figures, years_of_cover
from keyuan.products.rules.terms import token_of, unit_and_number, years_of
from keyuan.products.selectors import benefits_of
from keyuan.products.selectors.pricing import Quote, Wish, cash_values, quote

#: Instalments a year by payment frequency.
TIMES = {"02": 12, "03": 4, "04": 2, "05": 1, "01": 1}


@dataclass(frozen=True, slots=True)
class Plan:
    """A product for a person, priced, with its years; ``refusal`` says why it could not be priced."""

    product: Product
    wish: Wish
    quote: Quote | None
    years: tuple[Year, ...]
    pay_years: int
    refusal: Refused | None = None

    @property
    def paid_in_all(self) -> int:
        """Premiums over all years in minor units."""
        return self.years[-1].paid if self.years else 0

    @property
    def break_even(self) -> int | None:
        """The year at whose end surrender no longer loses money."""
        return break_even(self.years)


def with_terms(product: Product, wish: Wish) -> Wish:
    """Return ``wish`` with terms that the product offers where it asks for others."""
    covers = [token_of(str(unit), int(number or 0)) for unit, number in product.cover_terms]
    pays = [token_of(str(unit), int(number or 0)) for unit, number in product.pay_terms]
    cover = wish.cover_term if wish.cover_term in covers or not covers else covers[-1]
    pay = wish.pay_term if wish.pay_term in pays or not pays else pays[-1]
    mode = wish.pay_mode if wish.pay_mode in product.pay_modes or not product.pay_modes else product.pay_modes[0]
    return replace(wish, cover_term=cover, pay_term=pay, pay_mode="01" if pay == "S" else mode)


def plan_of(product: Product, wanted: Wish, *, on: date) -> Plan:
    """Return the plan of one product for a person; what no table prices is said, not raised."""
    wish = with_terms(product, wanted)
    age = wish.age or 0
    pay_years = years_of(wish.pay_term, age) or 1
    try:
        found = quote(product, wish, on=on)
    except Refused as error:
        return Plan(product, wish, None, (), pay_years, error)
    yearly = found.premium * TIMES.get(wish.pay_mode, 1)
    facts = PlanFacts(age, wish.sum_insured, yearly, pay_years, _cover_years(wish.cover_term, age))
    values = cash_values(product, wish, yearly, on=on, years=years_of_cover(facts))
    benefits = [
        BenefitFacts(
            row.code, row.amount_bp, row.amount, row.is_income, row.income_from, row.income_from_unit, row.income_times
        )
        for row in benefits_of(product)
    ]
    return Plan(product, wish, found, tuple(figures(facts, benefits, values)), pay_years)


def _cover_years(token: str, age: int) -> int | None:
    unit, _number = unit_and_number(token)
    return years_of(token, age) if unit in ("Y", "A", "S") else (1 if unit in ("M", "D", "W") else None)
