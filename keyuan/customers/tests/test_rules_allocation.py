"""Who takes whom: the planner, its constraints and how fair it is (CUS-9, domain.md §A.9)."""

from datetime import date

import pytest

from keyuan.customers.rules.allocation.facts import AgentFacts, CustomerFacts, Rule, fits, levels_of, rule_of
from keyuan.customers.rules.allocation.fairness import gini
from keyuan.customers.rules.allocation.orphans import NO_NOTICE, Former, find_reason, notice_band
from keyuan.customers.rules.allocation.planning import Planner

TODAY = date(2026, 3, 16)
PLACE = {"team_id": 4, "section_id": 3, "sub_branch_id": 2, "branch_id": 1}
NEXT_TEAM = {**PLACE, "team_id": 5}
RULE = Rule(id=1, same_channel=False)


def customer(pk=1, **more):
    return CustomerFacts(**{"id": pk, "premium": 100, "units": PLACE, **more})


def agent(pk, **more):
    return AgentFacts(**{"id": pk, "units": PLACE, "rank": 2, **more})


def placed(rule, agents, *customers):
    planner = Planner([rule], agents)
    return [planner.place(one) for one in customers]


def test_customers_are_shared_out_evenly_by_what_everybody_serves():
    agents = [agent(10, load=5), agent(11, load=3), agent(12, load=4)]

    plan = placed(RULE, agents, *(customer(pk) for pk in range(6)))

    assert [place.agent_id for place in plan] == [11, 12, 11, 10, 12, 11]
    assert [one.load for one in agents] == [6, 6, 6]


def test_by_value_the_poorest_book_gets_the_next_customer():
    agents = [agent(10, value=900), agent(11, value=100)]

    plan = placed(
        Rule(id=1, same_channel=False, method="EVEN_VALUE"), agents, *(customer(pk, premium=500) for pk in (1, 2, 3))
    )

    assert [place.agent_id for place in plan] == [11, 11, 10]


def test_the_nearest_circle_is_asked_before_wider_ones():
    plan = placed(RULE, [agent(10, units=NEXT_TEAM), agent(11, load=99)], customer())

    assert plan[0].agent_id == 11


@pytest.mark.parametrize(
    "who, what, code",
    [
        ({"blocked": "LICENCE"}, {}, "LICENCE"),
        ({"blocked": "COMPLAINT"}, {}, "COMPLAINT"),
        ({"rank": 1}, {"grade": 3}, "GRADE"),
        ({"cap": 2, "load": 2}, {}, "LOAD_CAP"),
        ({}, {"relatives": frozenset({10})}, "RELATIVE"),
        ({}, {"unwanted": frozenset({10})}, "CHOICE"),
        ({}, {"former": frozenset({10})}, "COOLING"),
        ({}, {"cools": True}, "COOLING"),
        ({"units": {"branch_id": 9}}, {}, "NO_CANDIDATE"),
    ],
)
def test_each_constraint_keeps_the_pair_apart_and_says_so(who, what, code):
    plan = placed(RULE, [agent(10, **who)], customer(**what))

    assert (plan[0].agent_id, plan[0].code) == (None, code)


def test_a_quota_limits_what_one_person_gets_from_a_batch():
    plan = placed(
        Rule(id=1, same_channel=False, quota=1), [agent(10), agent(11)], customer(1), customer(2), customer(3)
    )

    assert [(place.agent_id, place.code) for place in plan] == [(10, ""), (11, ""), (None, "QUOTA")]


def test_the_customers_choice_comes_first():
    plan = placed(RULE, [agent(10), agent(11, load=50)], customer(preferred=frozenset({11})))

    assert plan[0].agent_id == 11


def test_a_key_customer_gets_a_second_contact():
    plan = placed(RULE, [agent(10), agent(11, load=1)], customer(is_key=True))

    assert (plan[0].agent_id, plan[0].backup_id) == (10, 11)


def test_who_lives_in_a_district_is_served_by_its_person():
    rule = Rule(id=1, same_channel=False, method="BY_DISTRICT")
    agents = [agent(10, districts=("310115",), load=9), agent(11, districts=("310104",))]

    plan = placed(rule, agents, customer(region_code="310115"), customer(2, region_code="440300"))

    assert [place.agent_id for place in plan] == [10, 11]


def test_without_a_rule_that_fits_nobody_is_asked():
    plan = placed(Rule(id=1, channels=frozenset({"BANCASSURANCE"})), [agent(10)], customer(channel="INDIVIDUAL"))

    assert plan[0].code == "NO_RULE"


def test_rules_are_read_from_what_is_stored():
    rule = rule_of(7, {"regions": ["31"], "least_premium": 500}, {"nearest": "section_id", "farthest": "branch_id"})

    assert levels_of(rule) == ("section_id", "sub_branch_id", "branch_id")
    assert fits(rule, customer(region_code="310115", premium=500))
    assert not fits(rule, customer(region_code="310115", premium=499))
    assert not fits(rule, customer(region_code="320115", premium=900))


@pytest.mark.parametrize(
    "values, result", [([], 0.0), ([0, 0], 0.0), ([5, 5, 5], 0.0), ([0, 0, 9], 0.6667), ([1, 3], 0.25)]
)
def test_gini(values, result):
    assert gini(values) == result


def former(**more):
    return Former(
        **{"agent_id": 1, "is_working": True, "left_on": None, "contract_until": None, "has_moved": True, **more}
    )


@pytest.mark.parametrize(
    "who, channel, organisation, reason",
    [
        (former(is_working=False, left_on=date(2026, 3, 1)), "INDIVIDUAL", False, "AGENT_LEFT"),
        (former(contract_until=date(2026, 2, 1)), "BROKERAGE", False, "CONTRACT_ENDED"),
        (former(), "INDIVIDUAL", False, "AGENT_MOVED"),
        (None, "BANCASSURANCE", False, "BANK_LEGACY"),
        (None, "GROUP", False, "GROUP_LEGACY"),
        (None, "INDIVIDUAL", True, "GROUP_LEGACY"),
        (None, "INDIVIDUAL", False, "NO_PERSON"),
    ],
)
def test_why_nobody_serves(who, channel, organisation, reason):
    found = find_reason(
        who, channel=channel, is_organisation=organisation, in_force=1, unserved_since=date(2026, 1, 1), today=TODAY
    )

    assert found.reason == reason


def test_a_notice_is_owed_within_thirty_days_of_the_exit():
    left = former(is_working=False, left_on=date(2026, 3, 1))
    facts = {"channel": "INDIVIDUAL", "is_organisation": False, "unserved_since": TODAY, "today": TODAY}

    owed = find_reason(left, in_force=1, **facts)
    nothing_in_force = find_reason(left, in_force=0, **facts)

    assert (owed.since, owed.notice_due_on) == (date(2026, 3, 1), date(2026, 3, 31))
    assert nothing_in_force.notice_due_on == NO_NOTICE


@pytest.mark.parametrize(
    "due, band",
    [
        (date(2026, 3, 15), "LATE"),
        (date(2026, 3, 19), "URGENT"),
        (date(2026, 3, 26), "SOON"),
        (date(2026, 4, 1), "OK"),
        (NO_NOTICE, "NONE"),
    ],
)
def test_how_urgent_a_notice_is(due, band):
    assert notice_band(due, TODAY) == band
