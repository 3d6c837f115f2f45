"""Sums, order, questions and budgets of protection gaps; the vectors of domain.md §H to the fen (ANA-8)."""

from datetime import date
from fractions import Fraction

import pytest

from keyuan.kernel.errors import Invalid, Refused
from keyuan.policies.rules.gap import buying, methods
from keyuan.policies.rules.gap.assumptions import Assumptions, as_json, check, from_json
from keyuan.policies.rules.gap.needs import (
    DOUBLE_TEN,
    LIFE_VALUE,
    Facts,
    death_need,
    education_costs,
    total_gap,
    work_out,
)
from keyuan.policies.rules.gap.questions import Answer, checked, open_questions, remarks
from keyuan.policies.rules.gap.stages import stage_of
from keyuan.policies.rules.gap.standing import facts_of

YUAN = 100
TODAY = date(2026, 6, 30)
ASSUMED = Assumptions()


@pytest.mark.parametrize("_case, yearly, years, return_bp, growth_bp, yuan, fen", [
    ("no growth", 200_000, 25, 300, 0, 3_482_630, 348_262_954),
    ("growth as high as the return", 200_000, 25, 300, 300, 4_854_369, 485_436_893),
    ("growing living costs", 120_000, 20, 400, 200, 1_930_998, 193_099_803),
    ("no years", 120_000, 0, 400, 200, 0, 0),
    ("nothing a year", 0, 20, 400, 200, 0, 0),
])  # fmt: skip
def test_present_values_of_the_reference_come_out_to_the_fen(_case, yearly, years, return_bp, growth_bp, yuan, fen):
    found = methods.present_value(yearly * YUAN, years, return_bp=return_bp, growth_bp=growth_bp)

    rate, growth = 1 + Fraction(return_bp, 10_000), 1 + Fraction(growth_bp, 10_000)
    one_by_one = sum((yearly * growth ** (t - 1) / rate**t for t in range(1, years + 1)), Fraction())
    assert (round(found / YUAN), found) == (yuan, fen)
    assert found == methods.to_fen(one_by_one * YUAN)


def test_the_needs_case_of_the_reference():
    living = methods.present_value(120_000 * YUAN, 20, return_bp=400, growth_bp=200)
    need = methods.survivors_need(
        debts=1_000_000 * YUAN, living=living, education=600_000 * YUAN, parents=200_000 * YUAN,
        final=50_000 * YUAN, assets=400_000 * YUAN,
    )  # fmt: skip

    assert round(methods.gap_of(need, 500_000 * YUAN) / YUAN) == 2_880_998


def test_double_ten_life_value_and_pension():
    value = methods.human_life_value(300_000 * YUAN, 100_000 * YUAN, 25, return_bp=300, growth_bp=0)

    assert methods.double_ten(300_000 * YUAN) == 3_000_000 * YUAN
    assert methods.premium_ceiling(300_000 * YUAN) == 30_000 * YUAN
    assert round(value / YUAN) == 3_482_630
    assert methods.human_life_value(100, 200, 25, return_bp=300, growth_bp=0) == 0
    assert methods.pension_need(140_000 * YUAN, 80_000 * YUAN, 20) == 1_200_000 * YUAN
    assert methods.pension_need(80_000, 140_000, 20) == 0


FAMILY = Facts(
    age=35, sex="1", is_married=True, children=(5,), income=300_000 * YUAN, spouse_income=100_000 * YUAN,
    expenses=240_000 * YUAN, mortgage=1_000_000 * YUAN, assets=200_000 * YUAN, parents_support=12_000 * YUAN,
    cover={"DEATH": 300_000 * YUAN, "MEDICAL": 2_000_000 * YUAN}, elsewhere={"DEATH": 200_000 * YUAN},
)  # fmt: skip


def test_a_family_with_a_mortgage_covers_death_before_illness():
    needs = work_out(FAMILY, ASSUMED)
    by_kind = {need.kind: need for need in needs}
    lines = dict(by_kind["DEATH"].lines)

    assert [need.kind for need in needs] == [
        "ACCIDENT", "DEATH", "CRITICAL_ILLNESS", "PENSION", "MEDICAL", "MORTGAGE", "EDUCATION",
    ]  # fmt: skip
    # 168,000 stay a year, 100,000 of it come from the partner, for the 17 years until the child is 22.
    assert lines["living"] == methods.present_value(68_000 * YUAN, 17, return_bp=400, growth_bp=200)
    assert lines["education"] == education_costs(FAMILY, ASSUMED)
    assert by_kind["DEATH"].need == sum(lines.values()) - 2 * lines["assets"]
    assert by_kind["DEATH"].cover == 500_000 * YUAN
    assert (by_kind["CRITICAL_ILLNESS"].need, by_kind["ACCIDENT"].need) == (1_200_000 * YUAN, 3_000_000 * YUAN)
    # (70 % − 40 % of 300,000) × (80 − 63)
    assert by_kind["PENSION"].need == 1_530_000 * YUAN
    assert (by_kind["MORTGAGE"].cover, by_kind["MORTGAGE"].gap) == (700_000 * YUAN, 300_000 * YUAN)
    assert by_kind["EDUCATION"].cover == 0
    assert total_gap(needs) == sum(need.gap for need in needs if not need.within)


def test_education_counts_school_and_university_years():
    rate, growth = Fraction(104, 100), Fraction(102, 100)
    costs = [20_000] * 13 + [50_000] * 4
    exact = sum((cost * growth ** (t - 1) / rate**t for t, cost in enumerate(costs, start=1)), Fraction())

    assert education_costs(FAMILY, ASSUMED) == methods.to_fen(exact * YUAN)


@pytest.mark.parametrize("_case, facts, kind, need", [
    ("method chosen", Facts(age=30, income=100 * YUAN, method=DOUBLE_TEN), "DEATH", 1_000 * YUAN),
    ("life value until retirement", Facts(age=58, sex="2", income=100 * YUAN, method=LIFE_VALUE), "DEATH", 0),
    ("a child needs no death cover", Facts(age=9), "DEATH", 0),
    ("a child has no pension", Facts(age=9, income=100), "PENSION", 0),
    ("no income: the floor", Facts(age=30), "CRITICAL_ILLNESS", 300_000 * YUAN),
    ("without social insurance", Facts(age=30, has_social_insurance=False), "MEDICAL", 3_000_000 * YUAN),
    ("risky work", Facts(age=30, income=200_000 * YUAN, occupation_class="5"), "ACCIDENT", 3_000_000 * YUAN),
    ("nobody depends on a single", Facts(age=30, income=200_000 * YUAN), "DEATH", 50_000 * YUAN),
])  # fmt: skip
def test_each_need(_case, facts, kind, need):
    assert {found.kind: found.need for found in work_out(facts, ASSUMED)}[kind] == need


def test_other_methods_stand_beside_the_one_chosen():
    found = death_need(FAMILY, ASSUMED)

    assert [key for key, _amount in found.others] == [DOUBLE_TEN, LIFE_VALUE]
    assert dict(found.others)[DOUBLE_TEN] == 3_000_000 * YUAN


@pytest.mark.parametrize("_case, facts, stage", [
    ("child", Facts(age=9), "CHILD"), ("single", Facts(age=25), "SINGLE"),
    ("couple", Facts(age=30, is_married=True), "COUPLE"), ("young", Facts(age=35, children=(5, 15)), "YOUNG_FAMILY"),
    ("grown", Facts(age=45, children=(15,)), "GROWN_FAMILY"), ("nest", Facts(age=55, children=(25,)), "EMPTY_NEST"),
    ("old", Facts(age=63, sex="1"), "RETIRED"), ("unknown", Facts(), "UNKNOWN"),
])  # fmt: skip
def test_life_stages(_case, facts, stage):
    assert stage_of(facts, ASSUMED) == stage


def known(**values):
    return {key: Answer(value, TODAY) for key, value in values.items()}


def test_only_the_unknown_and_the_old_is_asked():
    said = known(birth_year=1990, sex="1", partner="NO", children=[], income=100) | {
        "mortgage": Answer(0, date(2025, 6, 29)), "debts": Answer(0, date(2025, 6, 30)),
        "occupation_class": Answer(None, TODAY),
    }  # fmt: skip
    asked = [question.key for question in open_questions(said, TODAY, 12, may_ask_money=True)]

    assert "mortgage" in asked
    assert not {"birth_year", "sex", "partner", "children", "income", "debts", "occupation_class"} & set(asked)
    # No partner, no child: their questions do not concern this person.
    assert not {"spouse_income", "education_savings"} & set(asked)
    without = {question.key for question in open_questions(said, TODAY, 12, may_ask_money=False)}
    assert without == {"social_insurance", "method"}


@pytest.mark.parametrize("key, value, code", [
    ("nothing", 1, "gap.no_such_question"), ("sex", "9", "gap.no_such_choice"), ("income", -1, "gap.out_of_range"),
    ("income", 10**13, "gap.out_of_range"), ("children", [2030], "gap.children"), ("children", "x", "gap.children"),
    ("birth_year", 2027, "gap.born_ahead"), ("mortgage", 1.5, "gap.out_of_range"),
])  # fmt: skip
def test_wrong_answers_are_refused_with_their_field(key, value, code):
    with pytest.raises(Refused) as error:
        checked(key, value, TODAY)

    assert (error.value.code, error.value.field) == (code, key)


@pytest.mark.parametrize("values, code", [
    ({"income": 100, "expenses": 200}, "expenses_over_income"), ({"income": 10, "mortgage": 201}, "mortgage_heavy"),
    ({"income": 100, "budget": 21}, "budget_heavy"), ({"income": 0, "expenses": 0}, "nothing_comes_in"),
    ({"birth_year": 2000, "children": [2010]}, "parent_too_young"), ({"birth_year": 2015, "income": 5}, "minor_earns"),
    ({"income": 600}, "income_jump"),
])  # fmt: skip
def test_what_does_not_fit_is_remarked(values, code):
    assert code in remarks(known(**values), known(income=100), TODAY)


def test_facts_come_from_answers_contracts_and_cover_elsewhere():
    facts = facts_of(
        known(
            birth_year=1990, partner="YES", spouse_income=5, children=[2020], life_elsewhere=7, social_insurance="NO"
        ),
        {"DEATH": 3}, 9, None, TODAY,
    )  # fmt: skip

    assert (facts.age, facts.children, facts.spouse_income, facts.covered("DEATH")) == (36, (6,), 5, 10)
    assert (facts.has_social_insurance, facts.premiums, facts.income) == (False, 9, None)


def pricer(per_step, least=0, product=1):
    def price(_kind, wanted):
        amount = max(wanted, least)
        return buying.Price(product, "P", amount, amount // buying.STEP * per_step)

    return price


@pytest.mark.parametrize("_case, budget, price, expected", [
    ("all", 100, pricer(10), [("WHOLE", 3, 30), ("WHOLE", 5, 50)]),
    ("the second in part", 55, pricer(10), [("WHOLE", 3, 30), ("PART", 2, 20)]),
    ("nothing left", 30, pricer(10), [("WHOLE", 3, 30), ("NO_MONEY", 0, 0)]),
    ("least sum too dear", 20, pricer(10, least=4_000_000), [("NO_MONEY", 0, 0), ("NO_MONEY", 0, 0)]),
    ("no product", 20, lambda _kind, _sum: None, [("NO_PRODUCT", 0, 0), ("NO_PRODUCT", 0, 0)]),
])  # fmt: skip
def test_a_budget_closes_gaps_in_their_order(_case, budget, price, expected):
    found = buying.spend(budget, [("A", 2_500_000), ("B", 5_000_000), ("C", 0)], price)

    shown = [
        (one.state, one.price.sum_insured // buying.STEP if one.price else 0, one.price.yearly if one.price else 0)
        for one in found
    ]
    assert shown == expected
    assert sum(yearly for _state, _sum, yearly in shown) <= budget


def test_editions_are_stored_and_checked():
    assert from_json(as_json(ASSUMED) | {"gone": 1}) == ASSUMED

    with pytest.raises(Invalid) as error:
        check(from_json({"inflation_bp": 2_001, "pension_social_bp": 8_000, "university_from": 22}))

    assert [(one.code, one.field) for one in error.value.errors] == [
        ("gap.assumption_range", "inflation_bp"), ("gap.pension_order", "pension_social_bp"),
        ("gap.school_order", "independent_at"),
    ]  # fmt: skip
