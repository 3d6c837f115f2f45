"""Life stages: where a family stands, for comparing gaps among those alike (ANA-5)."""

from keyuan.policies.rules.gap.assumptions import Assumptions, retirement_age
from keyuan.policies.rules.gap.needs import ADULT, Facts

CHILD, SINGLE, COUPLE, YOUNG_FAMILY, GROWN_FAMILY, EMPTY_NEST, RETIRED, UNKNOWN = (
    "CHILD", "SINGLE", "COUPLE", "YOUNG_FAMILY", "GROWN_FAMILY", "EMPTY_NEST", "RETIRED", "UNKNOWN",
)  # fmt: skip
STAGES = (SINGLE, COUPLE, YOUNG_FAMILY, GROWN_FAMILY, EMPTY_NEST, RETIRED, CHILD, UNKNOWN)
#: From this age of the youngest child a family counts as grown.
SCHOOL_YEARS_END = 12
#: From this age people without children at home are past the stage of founding a family.
SETTLED = 45


def stage_of(facts: Facts, assumed: Assumptions) -> str:
    """Return the life stage of a person."""
    if facts.age is None:
        return UNKNOWN
    if facts.age < ADULT:
        return CHILD
    if facts.age >= retirement_age(assumed, facts.sex):
        return RETIRED
    at_home = [age for age in facts.children if age < assumed.independent_at]
    if at_home:
        return YOUNG_FAMILY if min(at_home) < SCHOOL_YEARS_END else GROWN_FAMILY
    if facts.children or facts.age >= SETTLED:
        return EMPTY_NEST
    return COUPLE if facts.is_married else SINGLE
