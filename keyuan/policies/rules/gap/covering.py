"""Which need a cover in force meets, by the benefits of its product, and by its kind where those are not recorded."""

from collections.abc import Iterable, Sequence

from keyuan.policies.rules.gap.needs import ACCIDENT, DEATH, EDUCATION, ILLNESS, MEDICAL, PENSION
from keyuan.products.rules.figures import BenefitFacts

#: Benefit → need. What pays a day's allowance, waives premiums or pays third parties meets none of these.
BY_BENEFIT = {"DEATH": DEATH, "CI": ILLNESS, "CANCER": ILLNESS, "INPATIENT": MEDICAL, "INJURY": ACCIDENT}
BY_KIND = {
    "LIFE": DEATH, "ENDOWMENT": DEATH, "CRITICAL_ILLNESS": ILLNESS, "MEDICAL": MEDICAL, "ACCIDENT": ACCIDENT,
}  # fmt: skip
INJURY, MATURITY, INCOME, EDUCATION_TAG = "INJURY", "MATURITY", "ANNUITY", "EDUCATION"
#: Yearly payments of an education annuity where the product does not say how many: the years of a university.
EDUCATION_YEARS = 4


def met_by(
    kind: str, benefits: Sequence[BenefitFacts], tags: Iterable[str], sum_insured: int, *, is_rider: bool = False
) -> dict[str, int]:
    """Return the sum by need that one cover of ``sum_insured`` pays; for PENSION what it pays a year, in fen."""
    if not benefits:
        need = BY_KIND.get(kind)
        return {need: sum_insured} if need and not is_rider else {}
    # A death benefit beside one for injuries pays after accidents only: it closes no gap of death at large.
    only_accidents = any(one.code == INJURY for one in benefits)
    found: dict[str, int] = {}
    for one in benefits:
        need, amount = _of_benefit(one, EDUCATION_TAG in tags, sum_insured)
        if only_accidents and need == DEATH:
            need = ACCIDENT
        if need:
            found[need] = max(found.get(need, 0), amount)
    return found


def _of_benefit(one: BenefitFacts, is_education: bool, sum_insured: int) -> tuple[str, int]:
    worth = one.worth(sum_insured)
    if one.is_income or one.code == INCOME:
        return (EDUCATION, worth * (one.income_times or EDUCATION_YEARS)) if is_education else (PENSION, worth)
    if one.code == MATURITY:
        return (EDUCATION, worth) if is_education else ("", 0)
    is_open = one.amount is None and one.amount_bp is None
    return BY_BENEFIT.get(one.code, ""), sum_insured if is_open else worth
