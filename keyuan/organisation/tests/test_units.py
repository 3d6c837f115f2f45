"""The unit tree: level columns, moving with rows, closing, names and typing ahead (PLT-3)."""

from datetime import date

import pytest

from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.organisation import testing
from keyuan.organisation.models import LEVEL_COLUMNS, Agent, Unit
from keyuan.organisation.selectors.agents import agent_names, agent_options
from keyuan.organisation.selectors.units import unit_names, unit_tree
from keyuan.organisation.services import units
from keyuan.organisation.services.provision import create_unit

DAY = date(2026, 3, 16)


def levels(row):
    return tuple(getattr(row, column) for column in LEVEL_COLUMNS)


def move(actor, unit, target):
    return units.move_tree(actor=actor, unit_id=unit.pk, version=unit.version, target_id=target.pk, now=testing.NOW)


def run_job(unit):
    """Do what the job does, in steps of one row, so that steps are seen to follow each other."""
    for model in units.scoped_models():
        while units.rewrite_chunk(model, unit, 1):
            pass


def test_a_unit_carries_its_ancestors_and_itself(tree):
    expected = (tree.head.pk, tree.east.pk, tree.east_city.pk, tree.section.pk, tree.team_a.pk)

    assert levels(tree.team_a) == expected


def test_a_level_may_be_left_out(tree):
    section = create_unit(actor=testing.SET_UP, code="T-19", name="直属营业部", parent=tree.east, level=4)

    assert levels(section) == (tree.head.pk, tree.east.pk, None, section.pk, None)


@pytest.mark.parametrize("level", [1, 2, 6])
def test_a_level_that_does_not_fit_is_refused(tree, level):
    with pytest.raises(Refused, match=r"unit\.level"):
        create_unit(actor=testing.SET_UP, code="T-X", name="错", parent=tree.east, level=level)


def test_a_moved_unit_takes_units_and_rows_along(tree, administrator):
    agent = testing.make_agent(tree.team_a)
    bystander = testing.make_agent(tree.east_city)
    moved, job = move(administrator, tree.section, tree.east_county)
    run_job(moved)

    agent.refresh_from_db()
    bystander.refresh_from_db()
    expected = (tree.head.pk, tree.east.pk, tree.east_county.pk, tree.section.pk, tree.team_a.pk)
    assert levels(Unit.objects.get(pk=tree.team_a.pk)) == expected
    assert levels(agent) == expected
    assert bystander.sub_branch_id == tree.east_city.pk
    assert job.total == 1


def test_a_move_over_a_missing_level_clears_the_column(tree, administrator):
    agent = testing.make_agent(tree.team_a)
    moved, _job = move(administrator, tree.section, tree.west)
    run_job(moved)

    agent.refresh_from_db()
    assert levels(agent) == (tree.head.pk, tree.west.pk, None, tree.section.pk, tree.team_a.pk)


def test_doing_the_job_twice_changes_nothing(tree, administrator):
    testing.make_agent(tree.team_a)
    moved, _job = move(administrator, tree.section, tree.west)
    run_job(moved)

    assert units.rewrite_chunk(Agent, moved, 10) == 0


@pytest.mark.parametrize(
    "unit, target", [("section", "team_a"), ("east", "west"), ("head", "east"), ("team_a", "section")]
)
def test_a_unit_moves_only_below_a_higher_one_elsewhere(tree, administrator, unit, target):
    with pytest.raises(Refused):
        move(administrator, getattr(tree, unit), getattr(tree, target))


def test_nobody_moves_a_unit_out_of_reach(tree):
    actor = testing.make_actor("administrator", unit=tree.east, reach=testing.Reach.UNIT)

    with pytest.raises(NotFound):
        move(actor, tree.section, tree.west)


def test_an_older_version_is_a_conflict(tree, administrator):
    with pytest.raises(Conflict):
        units.update_unit(actor=administrator, unit_id=tree.west.pk, version=9, name="新", now=testing.NOW)


@pytest.mark.parametrize("unit, code", [("east", "unit.has_units"), ("team_b", ""), ("team_a", "unit.has_agents")])
def test_only_an_empty_unit_closes(tree, administrator, unit, code):
    testing.make_agent(tree.team_a)
    chosen = getattr(tree, unit)

    def close():
        units.close_unit(actor=administrator, unit_id=chosen.pk, version=chosen.version, closed_on=DAY, now=testing.NOW)

    if code:
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            close()
    else:
        close()
    assert (Unit.objects.get(pk=chosen.pk).closed_on is None) is bool(code)


def test_names_cost_one_query_and_then_none(tree, django_assert_num_queries):
    ids = [tree.east.pk, tree.west.pk, None]
    with django_assert_num_queries(1):
        assert unit_names(ids) == {tree.east.pk: "浙江分公司", tree.west.pk: "四川分公司"}
    with django_assert_num_queries(0):
        unit_names(ids)


def test_a_renamed_unit_is_named_anew(tree, administrator):
    unit_names([tree.west.pk])
    units.update_unit(actor=administrator, unit_id=tree.west.pk, version=1, name="川渝分公司", now=testing.NOW)

    assert unit_names([tree.west.pk]) == {tree.west.pk: "川渝分公司"}


def test_the_tree_opens_along_the_line_with_two_queries(tree, administrator, django_assert_num_queries):
    with django_assert_num_queries(1):
        (root,) = unit_tree(administrator, tree.team_a)

    assert [node.unit.code for node in root.children] == ["T-1", "T-2"]
    assert [node.open for node in root.children] == [True, False]


@pytest.mark.parametrize(
    "typed, found",
    [("张", ["张三", "张小四"]), ("zhangs", ["张三"]), ("A00", ["张三", "张小四"]), ("李", []), ("四", [])],
)
def test_agents_are_found_by_the_beginning_of_number_name_or_spelling(tree, actor_as, typed, found):
    testing.make_agent(tree.team_a, "张三", agent_no="A001", name_pinyin="zhangsan")
    testing.make_agent(tree.team_b, "张小四", agent_no="A002", name_pinyin="zhangxiaosi")
    testing.make_agent(tree.west, "张远", agent_no="A003", name_pinyin="zhangyuan")
    actor = actor_as("shift_leader", unit=tree.east)

    assert sorted(agent.name for agent in agent_options(actor, typed)) == sorted(found)


def test_agents_are_named_in_one_query(tree, django_assert_num_queries):
    agents = [testing.make_agent(tree.team_a, name) for name in ("甲一", "乙二")]

    with django_assert_num_queries(1):
        assert set(agent_names(agent.pk for agent in agents).values()) == {"甲一", "乙二"}
