"""Year by year: what is paid in, what comes back, what cover and surrender are worth (PRD-4, PRD-5). Minor units."""

from collections.abc import Sequence
from dataclasses import dataclass

WHOLE_BP = 10_000
#: A whole life is drawn to this age.
LAST_AGE = 105
MOST_YEARS = 80
DEATH = "DEATH"


@dataclass(frozen=True, slots=True)
class BenefitFacts:
    """A benefit: a share of the sum, a fixed amount, or an income from a policy year (Y) or age (A) on."""

    code: str
    amount_bp: int | None = None
    amount: int | None = None
    is_income: bool = False
    income_from: int | None = None
    income_from_unit: str = "Y"
    income_times: int | None = None

    def worth(self, sum_insured: int) -> int:
        """Return what is paid once, in minor units."""
        if self.amount is not None:
            return self.amount
        return (self.amount_bp or 0) * sum_insured // WHOLE_BP


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan for a person of ``age``: premium a year over ``pay_years``, cover over ``cover_years`` (None: life)."""

    age: int
    sum_insured: int
    yearly_premium: int
    pay_years: int
    cover_years: int | None


@dataclass(frozen=True, slots=True)
class Year:
    """One policy year; ``value`` is the cash value at its end, None where no table tells."""

    year: int
    age: int
    premium: int
    paid: int
    income: int
    income_total: int
    death: int
    value: int | None


def years_of_cover(plan: PlanFacts) -> int:
    """Return how many years are drawn."""
    whole = max(1, LAST_AGE - plan.age)
    return min(MOST_YEARS, whole if plan.cover_years is None else max(1, plan.cover_years))


def figures(plan: PlanFacts, benefits: Sequence[BenefitFacts], values: Sequence[int | None]) -> list[Year]:
    """Return the years of a plan; values beyond what is known are None."""
    rows: list[Year] = []
    paid = received = 0
    count = years_of_cover(plan)
    for year in range(1, count + 1):
        age = plan.age + year - 1
        premium = plan.yearly_premium if year <= plan.pay_years else 0
        income = sum(_income(benefit, plan, year, age, is_last=year == count) for benefit in benefits)
        paid, received = paid + premium, received + income
        death = max((b.worth(plan.sum_insured) for b in benefits if b.code == DEATH), default=0)
        value = values[year - 1] if year <= len(values) else None
        rows.append(Year(year, age, premium, paid, income, received, death, value))
    return rows


def _income(benefit: BenefitFacts, plan: PlanFacts, year: int, age: int, *, is_last: bool) -> int:
    if benefit.code == "MATURITY":
        return benefit.worth(plan.sum_insured) if is_last else 0
    if not benefit.is_income or benefit.income_from is None:
        return 0
    at = year - benefit.income_from if benefit.income_from_unit == "Y" else age - benefit.income_from
    over = benefit.income_times is not None and at >= benefit.income_times
    return 0 if at < 0 or over else benefit.worth(plan.sum_insured)


def break_even(rows: Sequence[Year]) -> int | None:
    """Return the first year at whose end cash value and income together reach what was paid; None if never."""
    return next((row.year for row in rows if row.value is not None and row.value + row.income_total >= row.paid), None)
