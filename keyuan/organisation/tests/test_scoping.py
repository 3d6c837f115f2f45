"""Row scope: reach × level, one equality each (PLT-3, PLT-4 b)."""

import pytest

from keyuan.kernel.actor import Reach, Scope
from keyuan.organisation import testing
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors import scope_q


@pytest.fixture
def agents(tree):
    places = {
        "a": (tree.team_a, "AGENT"),
        "b": (tree.team_b, "AGENT"),
        "section": (tree.section, "BANK"),
        "county": (tree.east_county, "AGENT"),
        "west": (tree.west, "BANK"),
    }
    return {
        key: testing.make_agent(unit, f"人{key}", agent_no=key, sales_channel=channel)
        for key, (unit, channel) in places.items()
    }


def seen(scope):
    return set(Agent.objects.filter(scope_q(scope)).values_list("agent_no", flat=True))


@pytest.mark.parametrize(
    "unit, level, expected",
    [
        ("head", "head_office", {"a", "b", "section", "county", "west"}),
        ("east", "branch", {"a", "b", "section", "county"}),
        ("west", "branch", {"west"}),
        ("east_city", "sub_branch", {"a", "b", "section"}),
        ("east_county", "sub_branch", {"county"}),
        ("section", "section", {"a", "b", "section"}),
        ("team_a", "team", {"a"}),
        ("team_b", "team", {"b"}),
    ],
)
def test_a_unit_post_reaches_its_unit_and_everything_below(agents, tree, unit, level, expected):
    scope = Scope(Reach.UNIT, getattr(tree, unit).pk, level)

    assert seen(scope) == expected


@pytest.mark.parametrize(
    "unit, level, channel, expected",
    [
        ("head", "head_office", "BANK", {"section", "west"}),
        ("east", "branch", "BANK", {"section"}),
        ("east", "branch", "AGENT", {"a", "b", "county"}),
        ("team_a", "team", "BANK", set()),
    ],
)
def test_a_channel_post_reaches_its_channel_within_its_unit(agents, tree, unit, level, channel, expected):
    scope = Scope(Reach.CHANNEL, getattr(tree, unit).pk, level, channel)

    assert seen(scope) == expected


def test_a_post_over_ones_own_rows_reaches_what_its_agent_serves(agents, tree):
    assert seen(Scope(Reach.SELF, tree.team_a.pk, "team", agent_id=agents["a"].pk)) == {"a"}


def test_a_post_over_the_whole_book_reaches_everything(agents):
    assert seen(Scope(Reach.ALL)) == {"a", "b", "section", "county", "west"}


@pytest.mark.parametrize("scope", [Scope(Reach.SELF), Scope(Reach.UNIT), Scope(Reach.CHANNEL, sales_channel="BANK")])
def test_a_scope_that_names_nothing_reaches_nothing(agents, scope):
    assert seen(scope) == set()


def test_a_post_becomes_the_scope_of_its_unit_at_its_own_level(actor_as, tree):
    actor = actor_as("claims_handler", unit=tree.east_city)

    assert actor.scope == Scope(Reach.UNIT, tree.east_city.pk, "sub_branch", None, None)
    assert actor.unit_name == "杭州支公司"
    assert actor.post_label == "理赔员 杭州支公司"
