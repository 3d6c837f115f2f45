"""What protection gaps assume, edition by edition (ANA-8). All of it is (GK): defaults to be judged by an actuary."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from keyuan.kernel.errors import Invalid, Refused

#: Units of values, for forms and pages.
BP, YEARS, MONTHS, TIMES, MONEY, AGE = "BP", "YEARS", "MONTHS", "TIMES", "MONEY", "AGE"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """An edition's values. Money in fen, rates in basis points, terms in years, ``stale_months`` of answers."""

    inflation_bp: int = 200
    return_bp: int = 400
    income_growth_bp: int = 300
    own_share_bp: int = 3_000
    living_share_bp: int = 6_000
    support_years: int = 20
    parents_years: int = 10
    final_costs: int = 5_000_000
    double_ten_times: int = 10
    premium_share_bp: int = 1_000
    illness_years: int = 4
    illness_least: int = 30_000_000
    medical_sum: int = 200_000_000
    medical_sum_uninsured: int = 300_000_000
    accident_times: int = 10
    accident_times_risky: int = 15
    accident_least: int = 20_000_000
    pension_target_bp: int = 7_000
    pension_social_bp: int = 4_000
    retirement_age_male: int = 63
    retirement_age_female: int = 58
    life_expectancy_male: int = 80
    life_expectancy_female: int = 84
    school_cost: int = 2_000_000
    university_cost: int = 5_000_000
    school_from: int = 3
    university_from: int = 18
    independent_at: int = 22
    stale_months: int = 12


@dataclass(frozen=True, slots=True)
class Limit:
    """Between which values an assumption may lie, and its unit."""

    least: int
    most: int
    unit: str


_RATE, _SHARE, _MONEY = Limit(0, 2_000, BP), Limit(0, 10_000, BP), Limit(0, 100_000_000_00, MONEY)
LIMITS: Mapping[str, Limit] = {
    "inflation_bp": _RATE,
    "return_bp": _RATE,
    "income_growth_bp": _RATE,
    "own_share_bp": _SHARE,
    "living_share_bp": _SHARE,
    "support_years": Limit(0, 60, YEARS),
    "parents_years": Limit(0, 60, YEARS),
    "final_costs": _MONEY,
    "double_ten_times": Limit(1, 30, TIMES),
    "premium_share_bp": _SHARE,
    "illness_years": Limit(1, 10, YEARS),
    "illness_least": _MONEY,
    "medical_sum": _MONEY,
    "medical_sum_uninsured": _MONEY,
    "accident_times": Limit(1, 30, TIMES),
    "accident_times_risky": Limit(1, 30, TIMES),
    "accident_least": _MONEY,
    "pension_target_bp": _SHARE,
    "pension_social_bp": _SHARE,
    "retirement_age_male": Limit(45, 75, AGE),
    "retirement_age_female": Limit(45, 75, AGE),
    "life_expectancy_male": Limit(60, 110, AGE),
    "life_expectancy_female": Limit(60, 110, AGE),
    "school_cost": _MONEY,
    "university_cost": _MONEY,
    "school_from": Limit(0, 10, AGE),
    "university_from": Limit(15, 22, AGE),
    "independent_at": Limit(16, 30, AGE),
    "stale_months": Limit(1, 60, MONTHS),
}
KEYS = tuple(field.name for field in fields(Assumptions))


def as_json(values: Assumptions) -> dict[str, int]:
    """Return what is stored of an edition."""
    return asdict(values)


def from_json(stored: Mapping[str, Any]) -> Assumptions:
    """Return a stored edition; a value that it does not know yet has its default."""
    return Assumptions(**{key: int(stored[key]) for key in KEYS if key in stored})


def check(values: Assumptions) -> None:
    """Raise `Invalid` with what lies outside its limits or contradicts another value, each with its field."""
    found = [
        Refused("gap.assumption_range", field=key, least=limit.least, most=limit.most)
        for key, limit in LIMITS.items()
        if not limit.least <= getattr(values, key) <= limit.most
    ]
    if values.pension_social_bp > values.pension_target_bp:
        found.append(Refused("gap.pension_order", field="pension_social_bp"))
    if values.university_from >= values.independent_at:
        found.append(Refused("gap.school_order", field="independent_at"))
    found += [
        Refused("gap.life_order", field=f"life_expectancy_{sex}")
        for sex in ("male", "female")
        if getattr(values, f"life_expectancy_{sex}") <= getattr(values, f"retirement_age_{sex}")
    ]
    if found:
        raise Invalid(found)


def retirement_age(values: Assumptions, sex: str) -> int:
    """Return the age at which work ends; the earlier one where the sex is not known, so that no gap is played down."""
    return values.retirement_age_male if sex == "1" else values.retirement_age_female


def life_expectancy(values: Assumptions, sex: str) -> int:
    """Return the age to which old age is planned."""
    return values.life_expectancy_male if sex == "1" else values.life_expectancy_female
