"""The system page: cards of every context, history, slow statements; for operators only (PLT-13)."""

from datetime import timedelta

import pytest

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform import clock
from keyuan.platform.models import SlowQuery, StatusSample
from keyuan.platform.operations import history, panes, sampling
from keyuan.platform.operations.panels import Fact, Panel, SystemPanel, system_panels
from keyuan.platform.permissions import JOBS_VIEW, SYSTEM_VIEW

pytestmark = pytest.mark.django_db
OPERATOR = Actor(ActorKind.STAFF, 7, "吴思源", permissions=frozenset({SYSTEM_VIEW}))
OTHER = Actor(ActorKind.STAFF, 8, "王芳", permissions=frozenset({JOBS_VIEW}))


@pytest.fixture
def sampled():
    """An hour of one request a second, one in a hundred an error, each of 25 ms."""
    now = clock.wall().replace(second=0, microsecond=0)
    buckets = [0, 0, 0, 60] + [0] * 12
    for minute in range(60):
        StatusSample.objects.create(
            host="vm", level=sampling.Level.MINUTE, at=now - timedelta(minutes=minute), requests=60, errors=minute % 2,
            buckets=buckets, queries=240,
        )  # fmt: skip
    return now


def facts(panel):
    return {str(fact.label): fact.value for fact in panel.facts}


def test_the_page_shows_cards_history_and_timetable(as_actor, sampled):
    page = as_actor(OPERATOR).get("/system/").content.decode()

    assert [f'id="system-{panel.key}"' in page for panel in system_panels if panel.permission is None].count(False) == 0
    assert 'data-chart="line"' in page
    assert page.count("data-chart-card") == 3


def test_its_cards_are_brought_up_to_date_alone(as_actor):
    part = as_actor(OPERATOR).get("/system/", headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<div class="stack-3" id="system-status"')
    assert "data-chart-card" not in part


def test_without_samples_it_says_so(as_actor):
    page = as_actor(OPERATOR).get("/system/?range=year").content.decode()

    assert "data-chart-card" not in page
    assert "empty" in page


def test_a_slow_statement_has_a_page_with_its_plan(as_actor):
    now = clock.wall()
    sql = "SELECT digest FROM platform_slowquery WHERE digest = %s"
    SlowQuery.objects.create(
        digest="ab", route="r", alias="default", statement=sql, count=2, total_ms=900, longest_ms=600, first_at=now,
        last_at=now,
    )  # fmt: skip
    browser = as_actor(OPERATOR)

    assert "/system/slow/ab/" in browser.get("/system/").content.decode()
    page = browser.get("/system/slow/ab/").content.decode()
    assert "platform_slowquery" in page.partition("<pre")[2].partition("<pre")[2]
    assert browser.get("/system/slow/absent/").status_code == 404


@pytest.mark.parametrize("path", ["/system/", "/system/slow/ab/"])
def test_others_stay_outside(path, as_actor):
    assert as_actor(OTHER).get(path).status_code == 403


def test_the_last_hour_is_told_in_figures(sampled):
    panel = panes.traffic(OPERATOR, sampled)

    assert list(facts(panel).values()) == ["3,600", "0.83", "25 / 30 / 30", "4.0", "0", "0"]
    assert (panel.tone, history.error_rate(history.recent(OPERATOR, sampled))) == ("bad", 0.83)


def test_a_context_adds_its_card(monkeypatch, as_actor):
    added = SystemPanel("test", "测试卡片", lambda _actor, _now: Panel([Fact("项", "值")], "ok", "好"), 99)
    monkeypatch.setitem(system_panels._items, "test", added)

    assert "测试卡片" in as_actor(OPERATOR).get("/system/").content.decode()
