"""Boards by program: figures of a reach, definitions, months and the plan (ANA-12, PLT-14)."""

from datetime import timedelta

import pytest

from keyuan.analytics.models import BoardCell, BoardPlan, IndicatorTerms, NightRun, NightStep
from keyuan.analytics.rules.boards.plan import Plan, to_json
from keyuan.analytics.rules.persistency.ratios import month_after
from keyuan.api.testing import Program
from keyuan.kernel.actor import Reach
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted():
    """A night that counted two months of the book and of the eastern branch."""
    today = clock.today()
    run = NightRun.objects.create(day=today, status="DONE", engine="duckdb", started_at=clock.now())
    NightStep.objects.create(run=run, key="board_cells", place=1, status="DONE", started_at=clock.now())
    month = today.replace(day=1)
    for unit_id, sold in ((0, 40), (small_tree().east.pk, 10)):
        for number in (-2, -1, 0):
            BoardCell.objects.create(
                unit_id=unit_id, month=month_after(month, number), figures={"sold": sold + number, "new_premium": 100},
                states={"customers": sold} if number == 0 else {}, counted_on=today,
            )  # fmt: skip
    return month


def test_programs_read_the_figures_of_their_reach(counted):
    whole = Program("management", reach=Reach.ALL)
    east = Program("customer_resource_manager", unit=small_tree().east, reach=Reach.UNIT)
    until = (counted - timedelta(days=1)).isoformat()

    figures = {
        one["key"]: one for one in whole.get(f"/api/v1/analytics/boards?board=sales&until={until}").json()["figures"]
    }
    own = east.get(f"/api/v1/analytics/boards?board=sales&until={until}").json()

    assert (figures["sold"]["value"], figures["sold"]["before"], figures["sold"]["course"]) == (39, 38, None)
    assert [one["value"] for one in own["figures"] if one["key"] == "sold"] == [9]
    months = whole.get("/api/v1/analytics/indicator-months?indicator=sold").json()
    assert [(one["value"], one["top"]) for one in months] == [(38, [38]), (39, [39]), (40, [40])]
    assert east.get(f"/api/v1/analytics/boards?unit={small_tree().west.pk}").status_code == 404
    assert whole.get("/api/v1/analytics/boards?board=none").status_code == 422
    assert Program("agent").get("/api/v1/analytics/boards").status_code == 403


def test_programs_read_definitions_targets_and_the_plan(counted):
    whole = Program("management", reach=Reach.ALL)
    east = Program("customer_resource_manager", unit=small_tree().east, reach=Reach.UNIT)
    signed = {"number": 1, "reason": "x", "changed_at": clock.now()}
    IndicatorTerms.objects.create(indicator="sold", owner_name="顾海峰", targets={"2026": 120.0}, **signed)
    BoardPlan.objects.create(
        content=to_json(Plan(counted.year, base=200, focus=("活跃客户", "", "", "", ""))), **signed
    )

    known = {one["key"]: one for one in whole.get("/api/v1/analytics/indicators").json()}
    plan = whole.get("/api/v1/analytics/plan").json()

    assert (known["sold"]["owner"], known["sold"]["targets"], known["sold"]["rises"]) == (
        "顾海峰",
        {"2026": 120.0},
        True,
    )
    assert known["sold"]["formula"] == "本期生效的保单。"
    assert [round(one["holders"]["target"], 2) for one in plan] == [210.0, 220.5, 231.53, 243.1, 255.26]
    assert plan[0]["focus"] == "活跃客户"
    assert east.get("/api/v1/analytics/plan").json() == []
