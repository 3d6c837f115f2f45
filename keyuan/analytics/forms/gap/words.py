"""What needs, methods, questions, stages and remarks are called (ANA-8)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.wording import add_sentences

Words = Mapping[str, Any]

KINDS: Words = {
    "DEATH": pgettext_lazy("protection gap", "Death"),
    "CRITICAL_ILLNESS": pgettext_lazy("protection gap", "Critical illness"),
    "MEDICAL": pgettext_lazy("protection gap", "Medical bills"),
    "ACCIDENT": pgettext_lazy("protection gap", "Accident"),
    "PENSION": pgettext_lazy("protection gap", "Old-age income"),
    "EDUCATION": pgettext_lazy("protection gap", "Children's education"),
    "MORTGAGE": pgettext_lazy("protection gap", "Mortgage"),
}
METHODS: Words = {
    "SURVIVORS": _("Survivors' needs"),
    "DOUBLE_TEN": _("Rule of double ten"),
    "LIFE_VALUE": _("Human life value"),
    "INCOME_YEARS": _("Years of income, at least a floor"),
    "TARGET_SUM": _("Target sum"),
    "INCOME_TIMES": _("Multiple of the income, at least a floor"),
    "REPLACEMENT": _("(Target − expected income) × years"),
    "COSTS": _("Costs of school and university today"),
    "OUTSTANDING": _("Outstanding loan"),
}
LINES: Words = {
    "debts": _("Mortgage and debts"),
    "living": _("Living costs of the family, today"),
    "education": _("Education of the children, today"),
    "parents": _("Support of the parents, today"),
    "final": _("Final costs"),
    "assets": _("less liquid assets"),
    "income_years": _("Income × years"),
    "income_times": _("Income × multiple"),
    "least": _("Floor"),
    "target": _("Target income a year"),
    "expected": _("Expected public pension a year"),
    "years": _("Years in retirement"),
}
#: Lines that are taken off, and those that are no amounts.
TAKEN_OFF, COUNTS = frozenset({"assets", "expected"}), frozenset({"years"})
#: One plain sentence on each need.
WHY: Words = {
    "DEATH": _("If this income ends, debts and the family's living still have to be paid."),
    "CRITICAL_ILLNESS": _("A critical illness stops the income for some years while costs rise."),
    "MEDICAL": _("Large bills beyond social insurance fall on the family's savings."),
    "ACCIDENT": _("An accident may end the ability to work from one day to the next."),
    "PENSION": _("The public pension replaces only a part of today's income."),
    "EDUCATION": _("Part of the need at death: whether cover and savings would carry the children through university."),
    "MORTGAGE": _("Part of the need at death: whether cover and savings would pay off the home loan."),
}
STAGES: Words = {
    "SINGLE": pgettext_lazy("life stage", "Single"),
    "COUPLE": pgettext_lazy("life stage", "Couple without children"),
    "YOUNG_FAMILY": pgettext_lazy("life stage", "Family with young children"),
    "GROWN_FAMILY": pgettext_lazy("life stage", "Family with older children"),
    "EMPTY_NEST": pgettext_lazy("life stage", "Children out of the house"),
    "RETIRED": pgettext_lazy("life stage", "Retired"),
    "CHILD": pgettext_lazy("life stage", "Child"),
    "UNKNOWN": pgettext_lazy("life stage", "Age not known"),
}
GROUPS: Words = {
    "FAMILY": pgettext_lazy("gap questions", "Family"),
    "WORK": pgettext_lazy("gap questions", "Work and income"),
    "MEANS": pgettext_lazy("gap questions", "Costs, debts and savings"),
    "ELSEWHERE": pgettext_lazy("gap questions", "Cover with other insurers"),
    "WISHES": pgettext_lazy("gap questions", "Budget and method"),
}
QUESTIONS: Words = {
    "birth_year": _("Year of birth"),
    "sex": pgettext_lazy("gap questions", "Sex"),
    "partner": _("Married or living as a couple?"),
    "children": _("Ages of the children"),
    "income": _("Own income a year (yuan)"),
    "spouse_income": _("Partner's income a year (yuan)"),
    "occupation_class": _("Risk class of the occupation"),
    "social_insurance": _("Covered by social medical insurance?"),
    "expenses": _("The family's costs of living a year (yuan)"),
    "parents_support": _("Support of the parents a year (yuan)"),
    "mortgage": _("Outstanding home loan (yuan)"),
    "debts": _("Other debts (yuan)"),
    "assets": _("Savings that can be used at once (yuan)"),
    "pension_savings": _("Savings for old age (yuan)"),
    "education_savings": _("Savings for the children's education (yuan)"),
    "life_elsewhere": _("Life cover with other insurers (yuan)"),
    "illness_elsewhere": _("Critical illness cover with other insurers (yuan)"),
    "medical_elsewhere": _("Medical cover with other insurers (yuan)"),
    "accident_elsewhere": _("Accident cover with other insurers (yuan)"),
    "pension_elsewhere": _("Private pension a year with other insurers (yuan)"),
    "budget": _("Budget for further premiums a year (yuan)"),
    "method": _("Method for the need at death"),
}
HINTS: Words = {
    "children": _("Ages separated by commas, such as 3, 8. Tick the box below where there are none."),
    "medical_elsewhere": _("Company and group cover counts too; social insurance does not."),
    "assets": _("Deposits and funds; not the home the family lives in."),
    "budget": _(
        "Beside what is paid already. Where it is not known, a tenth of the income less present premiums counts."
    ),
    "mortgage": _("0 where there is none."),
}
OPTIONS: Mapping[str, Words] = {
    "sex": {"1": _("Male"), "2": _("Female")},
    "partner": {"YES": _("Yes"), "NO": _("No")},
    "social_insurance": {"YES": _("Yes"), "NO": _("No")},
    "occupation_class": {
        "1": _("Class 1"), "2": _("Class 2"), "3": _("Class 3"), "4": _("Class 4"), "5": _("Class 5"),
        "6": _("Class 6"),
    },
    "method": {key: METHODS[key] for key in ("SURVIVORS", "DOUBLE_TEN", "LIFE_VALUE")},
}  # fmt: skip
SOURCES: Words = {
    "ARCHIVE": pgettext_lazy("gap answer", "Archive"),
    "HOUSEHOLD": pgettext_lazy("gap answer", "Household"),
    "SAID": pgettext_lazy("gap answer", "Told by the customer"),
}
REMARKS: Words = {
    "expenses_over_income": _("The family spends more than comes in: check costs and incomes."),
    "mortgage_heavy": _("The home loan is more than twenty years' income: check the amount."),
    "income_jump": _("The income is more than five times, or less than a fifth, of what was known: check the digits."),
    "budget_heavy": _("The budget is more than a fifth of the income: ask whether it can be kept up for years."),
    "nothing_comes_in": _("Neither income nor costs are known: the result rests on floors alone."),
    "parent_too_young": _("A child would have been born before the parent was 16: check the ages."),
    "minor_earns": _("An income is given for somebody under 16: check age and income."),
}
STATES: Words = {
    "WHOLE": pgettext_lazy("gap purchase", "Closes the gap"),
    "PART": pgettext_lazy("gap purchase", "Closes a part"),
    "NO_MONEY": pgettext_lazy("gap purchase", "Beyond the budget"),
    "NO_PRODUCT": pgettext_lazy("gap purchase", "No fitting product that the seller may sell"),
}
ASSUMPTIONS: Words = {
    "inflation_bp": _("Inflation a year (%)"),
    "return_bp": _("Return on savings a year (%)"),
    "income_growth_bp": _("Growth of incomes a year (%)"),
    "own_share_bp": _("Part of the costs that falls away with the person (%)"),
    "living_share_bp": _("Costs of living as a part of income where not told (%)"),
    "support_years": _("Years a partner without children is supported"),
    "parents_years": _("Years the parents are supported"),
    "final_costs": _("Final costs (yuan)"),
    "double_ten_times": _("Double ten: multiple of the income"),
    "premium_share_bp": _("Double ten: premiums as a part of income (%)"),
    "illness_years": _("Critical illness: years of income"),
    "illness_least": _("Critical illness: floor (yuan)"),
    "medical_sum": _("Medical bills: sum with social insurance (yuan)"),
    "medical_sum_uninsured": _("Medical bills: sum without social insurance (yuan)"),
    "accident_times": _("Accident: multiple of the income"),
    "accident_times_risky": _("Accident: multiple in occupations of class 4 to 6"),
    "accident_least": _("Accident: floor (yuan)"),
    "pension_target_bp": _("Old age: wanted part of the income (%)"),
    "pension_social_bp": _("Old age: part that the public pension replaces (%)"),
    "retirement_age_male": _("Retirement age, men"),
    "retirement_age_female": _("Retirement age, women"),
    "life_expectancy_male": _("Old age is planned until, men"),
    "life_expectancy_female": _("Old age is planned until, women"),
    "school_cost": _("Cost of a school year (yuan)"),
    "university_cost": _("Cost of a university year (yuan)"),
    "school_from": _("School costs begin at age"),
    "university_from": _("University begins at age"),
    "independent_at": _("Children are independent at age"),
    "stale_months": _("Months after which an answer is asked again"),
}
SENTENCES: Words = {
    "gap.not_found": _("This result does not exist, or it is not within your reach."),
    "gap.no_person": _("Protection gaps are worked out for living persons; choose one."),
    "gap.not_told": _("Tell the customer what the answers about money are for, tick that they agree, then enter them."),
    "gap.open_questions": _("%(count)s questions are still open: answer them, or note that the customer does not say."),
    "gap.no_such_question": _("The questionnaire has no such question; leave it out."),
    "gap.no_such_choice": _("Choose one of the answers offered."),
    "gap.out_of_range": _("Enter a value between %(least)s and %(most)s."),
    "gap.born_ahead": _("The year of birth lies ahead; correct it."),
    "gap.children": _("Enter the ages in full years between 0 and 60, at most %(most)s, separated by commas."),
    "gap.unanswered": _("Enter an answer, or tick below that the customer does not say the rest."),
    "gap.assumption_range": _("Choose a value within the limits beside the field."),
    "gap.pension_order": _("The public pension cannot replace more than what is wanted; correct one of them."),
    "gap.school_order": _("University begins before children are independent; correct one of the ages."),
    "gap.life_order": _("Old age is planned beyond retirement; correct one of the ages."),
    "gap.whole_book": _("Assumptions hold for the whole book; ask a post of head office."),
    "gap.reason": _("Say why the assumptions change; whoever reads an older result will want to know."),
    "gap.past": _("An edition begins today or later; choose another day."),
    "gap.same_values": _("Nothing differs from the edition before; change a value first."),
    "gap.no_tags": _("No need label of the catalogue fits these gaps."),
}  # fmt: skip


def word(words: Words, key: str) -> Any:
    """Return the word for a key; an unknown one as it is."""
    return words.get(key, key)


def register() -> None:
    """Word the refusals."""
    add_sentences(SENTENCES)
