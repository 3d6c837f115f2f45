"""Erlang C against the vector of domain.md §F.2: 100 calls in 30 minutes of 180 s, 80 % within 20 s (ANA-14)."""

import math

import pytest

from keyuan.analytics.rules.staffing.erlang import Targets, blocked, load_of, need, planned, queue


@pytest.mark.parametrize(
    "agents, waiting, level, wait, occupancy",
    [(12, None, 0.640, None, None), (13, 0.285, 0.796, 17.1, None), (14, 0.174, 0.888, 7.8, 0.714)],
)
def test_the_published_vector(
    agents: int, waiting: float | None, level: float, wait: float | None, occupancy: float | None
) -> None:
    found = queue(load_of(100, 1800, 180), agents, 180, 20)

    assert round(found.service_level, 3) == level
    assert waiting is None or round(found.waiting, 3) == waiting
    assert wait is None or round(found.mean_wait, 1) == wait
    assert occupancy is None or round(found.occupancy, 3) == occupancy


def test_fourteen_agents_are_needed_and_twenty_planned() -> None:
    found = need(100, 1800, 180, Targets(share=0.8, seconds=20, shrinkage=0.3))

    assert (found.load, found.queue.agents, found.staff) == (10, 14, 20)


def test_recursion_agrees_with_the_formula_and_does_not_overflow() -> None:
    load, agents = 10.0, 14
    terms = [load**k / math.factorial(k) for k in range(agents + 1)]

    assert blocked(load, agents) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)
    assert 0 < queue(5_000, 5_050, 300, 20).waiting < 1


@pytest.mark.parametrize("agents", [9, 10])
def test_too_few_agents_let_the_queue_grow_without_end(agents: int) -> None:
    found = queue(10, agents, 180, 20)

    assert (found.waiting, found.service_level, found.mean_wait) == (1, 0, math.inf)


def test_no_calls_need_nobody_and_a_bound_of_occupancy_asks_for_more() -> None:
    assert need(0, 360, 180, Targets()).staff == 0
    assert need(100, 1800, 180, Targets(occupancy=0.6)).queue.agents == 17


@pytest.mark.parametrize("agents, shrinkage, staff", [(14, 0.3, 20), (14, 0, 14), (1, 0.3, 2), (7, 0.3, 10)])
def test_shrinkage_is_rounded_up_once(agents: int, shrinkage: float, staff: int) -> None:
    assert planned(agents, shrinkage) == staff


@pytest.mark.parametrize("wrong", [{"share": 1.0}, {"shrinkage": 1.0}, {"seconds": -1.0}, {"occupancy": 0.0}])
def test_targets_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="out of its range"):
        Targets(**wrong)
    with pytest.raises(ValueError, match="positive"):
        need(1, 0, 180, Targets())
