"""From answers to the facts that needs are worked out from (ANA-8)."""

from collections.abc import Mapping
from datetime import date

from keyuan.policies.rules.gap.needs import ACCIDENT, DEATH, ILLNESS, MEDICAL, PENSION, Facts
from keyuan.policies.rules.gap.questions import NO, YES, Known, is_married, value_of

#: Question about cover elsewhere → need.
ELSEWHERE = {
    "life_elsewhere": DEATH,
    "illness_elsewhere": ILLNESS,
    "medical_elsewhere": MEDICAL,
    "accident_elsewhere": ACCIDENT,
    "pension_elsewhere": PENSION,
}
INSURED = {YES: True, NO: False}


def facts_of(known: Known, cover: Mapping[str, int], premiums: int, age: int | None, today: date) -> Facts:
    """Return the facts behind answers; ``age`` in completed years where the birth date is known, else by the year."""

    def amount(key: str) -> int:
        return value_of(known, key) or 0

    born = value_of(known, "birth_year")
    return Facts(
        age=age if age is not None or not born else today.year - born,
        sex=value_of(known, "sex") or "",
        is_married=is_married(known),
        children=tuple(sorted(today.year - year for year in value_of(known, "children") or ())),
        income=value_of(known, "income"),
        spouse_income=value_of(known, "spouse_income") if is_married(known) else None,
        expenses=value_of(known, "expenses"),
        mortgage=amount("mortgage"),
        debts=amount("debts"),
        assets=amount("assets"),
        pension_savings=amount("pension_savings"),
        education_savings=amount("education_savings"),
        parents_support=amount("parents_support"),
        occupation_class=value_of(known, "occupation_class") or "",
        has_social_insurance=INSURED.get(value_of(known, "social_insurance") or ""),
        budget=value_of(known, "budget"),
        premiums=premiums,
        method=value_of(known, "method") or "",
        cover=dict(cover),
        elsewhere={kind: amount(key) for key, kind in ELSEWHERE.items() if amount(key)},
    )
