"""From facts and assumptions to needs, cover and gaps in their order (ANA-8; domain.md §H). Money in fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from keyuan.policies.rules.gap import methods
from keyuan.policies.rules.gap.assumptions import Assumptions, life_expectancy, retirement_age

DEATH, ILLNESS, MEDICAL, ACCIDENT, PENSION, EDUCATION, MORTGAGE = (
    "DEATH", "CRITICAL_ILLNESS", "MEDICAL", "ACCIDENT", "PENSION", "EDUCATION", "MORTGAGE",
)  # fmt: skip
KINDS = (DEATH, ILLNESS, MEDICAL, ACCIDENT, PENSION, EDUCATION, MORTGAGE)
SURVIVORS, DOUBLE_TEN, LIFE_VALUE = "SURVIVORS", "DOUBLE_TEN", "LIFE_VALUE"
DEATH_METHODS = (SURVIVORS, DOUBLE_TEN, LIFE_VALUE)
INCOME_YEARS, TARGET_SUM, INCOME_TIMES, REPLACEMENT, COSTS, OUTSTANDING = (
    "INCOME_YEARS", "TARGET_SUM", "INCOME_TIMES", "REPLACEMENT", "COSTS", "OUTSTANDING",
)  # fmt: skip
ADULT = 18
#: Occupation classes from which on accidents weigh more.
RISKY_FROM = "4"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person. Incomes, costs and premiums a year; None is unknown. ``children`` are ages.

    ``cover`` and ``elsewhere`` hold sums by need; for PENSION what is paid a year.
    """

    age: int | None = None
    sex: str = ""
    is_married: bool = False
    children: tuple[int, ...] = ()
    income: int | None = None
    spouse_income: int | None = None
    expenses: int | None = None
    mortgage: int = 0
    debts: int = 0
    assets: int = 0
    pension_savings: int = 0
    education_savings: int = 0
    parents_support: int = 0
    occupation_class: str = ""
    has_social_insurance: bool | None = None
    budget: int | None = None
    premiums: int = 0
    method: str = SURVIVORS
    cover: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[str, int] = field(default_factory=dict)

    def covered(self, kind: str) -> int:
        """Return the cover of a need, here and elsewhere."""
        return self.cover.get(kind, 0) + self.elsewhere.get(kind, 0)


@dataclass(frozen=True, slots=True)
class Need:
    """One need: its method, the lines of its sum, what other methods say; ``within`` the need it is a part of."""

    kind: str
    method: str
    need: int
    cover: int
    lines: tuple[tuple[str, int], ...] = ()
    others: tuple[tuple[str, int], ...] = ()
    within: str = ""

    @property
    def gap(self) -> int:
        """What is left open."""
        return methods.gap_of(self.need, self.cover)


def work_out(facts: Facts, assumed: Assumptions) -> list[Need]:
    """Return every need of a person, what to close first leading; parts of another need stand at the end."""
    death = death_need(facts, assumed)
    found = [
        death, illness_need(facts, assumed), medical_need(facts, assumed), accident_need(facts, assumed),
        pension_need(facts, assumed),
    ]  # fmt: skip
    return in_order(found, facts) + family_duties(facts, assumed, death)


def total_gap(needs: Sequence[Need]) -> int:
    """Return the sum of the gaps that stand on their own."""
    return sum(need.gap for need in needs if not need.within)


def family_income(facts: Facts) -> int:
    """Return what comes in a year."""
    return (facts.income or 0) + (facts.spouse_income or 0)


def yearly_expenses(facts: Facts, assumed: Assumptions) -> int:
    """Return the family's yearly costs: as told, else the usual part of what comes in."""
    if facts.expenses is not None:
        return facts.expenses
    return methods.share(family_income(facts), assumed.living_share_bp)


def support_years(facts: Facts, assumed: Assumptions) -> int:
    """Return how long somebody lives on this person: until the youngest is independent, a partner for a fixed term."""
    ahead = [assumed.independent_at - age for age in facts.children if age < assumed.independent_at]
    if ahead:
        return max(ahead)
    return assumed.support_years if facts.is_married else 0


def education_costs(facts: Facts, assumed: Assumptions) -> int:
    """Return what the children's education is worth today, from the coming year until each is independent."""
    return sum(
        methods.value_of_costs(
            (_school_year(age, assumed) for age in range(child, assumed.independent_at)),
            return_bp=assumed.return_bp, growth_bp=assumed.inflation_bp,
        )
        for child in facts.children
    )  # fmt: skip


def _school_year(age: int, assumed: Assumptions) -> int:
    if age < assumed.school_from:
        return 0
    return assumed.school_cost if age < assumed.university_from else assumed.university_cost


def death_need(facts: Facts, assumed: Assumptions) -> Need:
    """Return what survivors need by the method chosen, with what the two others say beside it."""
    lines = _survivor_lines(facts, assumed)
    own = methods.share(yearly_expenses(facts, assumed), assumed.own_share_bp)
    left = retirement_age(assumed, facts.sex) - facts.age if facts.age is not None else 0
    sums = {
        SURVIVORS: methods.survivors_need(**dict(lines)),
        DOUBLE_TEN: methods.double_ten(facts.income or 0, assumed.double_ten_times),
        LIFE_VALUE: methods.human_life_value(
            facts.income or 0, own, left, return_bp=assumed.return_bp, growth_bp=assumed.income_growth_bp
        ),
    }
    method = facts.method if facts.method in sums else SURVIVORS
    if facts.age is not None and facts.age < ADULT:
        # Nobody lives on a child, and the law caps what its death may pay (保监发〔2015〕90号).
        return Need(DEATH, SURVIVORS, 0, facts.covered(DEATH))
    shown = tuple(lines) if method == SURVIVORS else ()
    others = tuple((key, amount) for key, amount in sums.items() if key != method)
    return Need(DEATH, method, sums[method], facts.covered(DEATH), shown, others)


def _survivor_lines(facts: Facts, assumed: Assumptions) -> list[tuple[str, int]]:
    kept = yearly_expenses(facts, assumed) - methods.share(yearly_expenses(facts, assumed), assumed.own_share_bp)
    # What the partner earns goes on coming in; only the rest has to be replaced.
    open_living = max(0, kept - (facts.spouse_income or 0))
    rates = {"return_bp": assumed.return_bp, "growth_bp": assumed.inflation_bp}
    return [
        ("debts", facts.mortgage + facts.debts),
        ("living", methods.present_value(open_living, support_years(facts, assumed), **rates)),
        ("education", education_costs(facts, assumed)),
        ("parents", methods.present_value(facts.parents_support, assumed.parents_years, **rates)),
        ("final", assumed.final_costs),
        ("assets", facts.assets),
    ]


def illness_need(facts: Facts, assumed: Assumptions) -> Need:
    """Return what a critical illness costs: some years' income, and at least a floor."""
    wanted = (facts.income or 0) * assumed.illness_years
    lines = (("income_years", wanted), ("least", assumed.illness_least))
    return Need(ILLNESS, INCOME_YEARS, max(wanted, assumed.illness_least), facts.covered(ILLNESS), lines)


def medical_need(facts: Facts, assumed: Assumptions) -> Need:
    """Return the sum for large medical bills, higher for those outside social insurance."""
    outside = facts.has_social_insurance is False
    wanted = assumed.medical_sum_uninsured if outside else assumed.medical_sum
    return Need(MEDICAL, TARGET_SUM, wanted, facts.covered(MEDICAL))


def accident_need(facts: Facts, assumed: Assumptions) -> Need:
    """Return the sum for accidents: a multiple of the income, higher in risky occupations, and at least a floor."""
    risky = RISKY_FROM <= facts.occupation_class <= "6"
    times = assumed.accident_times_risky if risky else assumed.accident_times
    wanted = (facts.income or 0) * times
    lines = (("income_times", wanted), ("least", assumed.accident_least))
    return Need(ACCIDENT, INCOME_TIMES, max(wanted, assumed.accident_least), facts.covered(ACCIDENT), lines)


def pension_need(facts: Facts, assumed: Assumptions) -> Need:
    """Return what is missing in old age, in today's prices; children and people of unknown age have none yet."""
    if facts.age is None or facts.age < ADULT:
        return Need(PENSION, REPLACEMENT, 0, 0)
    years = max(0, life_expectancy(assumed, facts.sex) - max(facts.age, retirement_age(assumed, facts.sex)))
    target = methods.share(facts.income or 0, assumed.pension_target_bp)
    expected = methods.share(facts.income or 0, assumed.pension_social_bp)
    cover = facts.covered(PENSION) * years + facts.pension_savings
    lines = (("target", target), ("expected", expected), ("years", years))
    return Need(PENSION, REPLACEMENT, methods.pension_need(target, expected, years), cover, lines)


def family_duties(facts: Facts, assumed: Assumptions, death: Need) -> list[Need]:
    """Return whether death cover and savings meet the mortgage first and education then ([S-CRM]); parts of death."""
    found = []
    left = death.cover + facts.assets
    if facts.mortgage:
        found.append(Need(MORTGAGE, OUTSTANDING, facts.mortgage, min(facts.mortgage, left), within=DEATH))
        left -= found[-1].cover
    costs = education_costs(facts, assumed)
    if costs:
        saved = facts.covered(EDUCATION) + facts.education_savings
        found.append(Need(EDUCATION, COSTS, costs, min(costs, max(0, left) + saved), within=DEATH))
    return found


def in_order(needs: Sequence[Need], facts: Facts) -> list[Need]:
    """Return what to close first: bills that ruin (medical, accident), then income lost, then old age.

    Whoever others live on, or who owes, covers death before illness; what has no gap comes last.
    """
    depended_on = bool(facts.children or facts.is_married or facts.parents_support or facts.mortgage or facts.debts)
    income = (DEATH, ILLNESS) if depended_on else (ILLNESS, DEATH)
    rank = {kind: at for at, kind in enumerate((MEDICAL, ACCIDENT, *income, PENSION))}
    return sorted(needs, key=lambda need: (need.gap == 0, rank[need.kind]))
