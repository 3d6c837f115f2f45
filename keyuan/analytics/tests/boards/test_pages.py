"""Boards of a small book: figures equal the lists behind them, reaches are kept, targets are versions (ANA-12)."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.urls import resolve, reverse

from keyuan.analytics.models import BoardCell, BoardPlan, IndicatorTerms
from keyuan.analytics.rules.boards.indicators import BOARDS, BY_KEY, Part, Take, taken
from keyuan.analytics.rules.boards.periods import ROLLING, period_of
from keyuan.analytics.rules.boards.plan import Plan
from keyuan.analytics.selectors.boards.figures import counted_day, figures_of
from keyuan.analytics.selectors.boards.planning import plan_rows
from keyuan.analytics.services.boards.keeping import set_plan
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.analytics.views.boards.links import WAYS, link_of
from keyuan.customers.selectors.classification.places import place_of
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, system_actor
from keyuan.kernel.errors import Forbidden
from keyuan.organisation.testing import client_of, make_actor, make_agent, make_user, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.pages import read_page
from keyuan.platform.lists.state import ListState
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here
from keyuan.platform.models import AuditEvent
from keyuan.policies.testing import make_policy
from keyuan.service.testing import make_complaint, make_order, open_desk

pytestmark = pytest.mark.django_db
#: Measures of money: the rows behind them are counted as contracts.
SUMS = {"premium_in_force", "new_premium", "regular_premium", "lifetime_value"}
PAGES = {"p13_received", "p25_received"}
ACTOR = system_actor("night run")
WAYS_HERE = Ways(lambda label, done, total: None, clock.now, here)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A mart of this test, and nobody who waits for its copies."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(followers, "_items", {})


@pytest.fixture
def book():
    """Contracts of two branches in every state, a second purchase, prospects, orders and complaints; then the night."""
    tree, today = small_tree(), clock.today()
    east = make_actor("agent")
    west = make_actor("agent", unit=tree.west, agent=make_agent(tree.west))
    for agent, years in ((east, (3, 2, 1)), (west, (2,))):
        for number in years:
            since = today - timedelta(days=370 * number)
            make_policy(agent, effective_on=since, applied_on=since, issued_on=since, premium=120_000)
    holder = make_customer(east, "周国栋")
    for since in (today - timedelta(days=1000), today.replace(month=1, day=1)):
        make_policy(east, holder, effective_on=since, applied_on=since, issued_on=since, premium=50_000)
    gone = make_policy(east, holder, effective_on=today - timedelta(days=500), issued_on=today - timedelta(days=500))
    type(gone).objects.filter(pk=gone.pk).update(status="TERMINATED", terminated_on=today - timedelta(days=20))
    make_customer(west, "钱多多")
    desk = make_actor("contact_centre", unit=tree.east)
    open_desk(desk)
    make_order(desk, now=clock.now())
    make_complaint(desk, now=clock.now())
    return night()


def night():
    return run_night(actor=ACTOR, day=clock.today(), ways=WAYS_HERE)


def counted(url, actor):
    """Return how many rows the list behind an address shows."""
    parts = urlsplit(url)
    name = resolve(parts.path).view_name
    spec = next(one for one in lists if one.url_name == name)
    query = QueryDict(mutable=True)
    for key, value in parse_qsl(parts.query):
        query.appendlist(key, value)
    filters = {item.key: item.read(query) for item in spec.filters if item.key in {key.split(".")[0] for key in query}}
    assert None not in filters.values(), url
    assert {key.split(".")[0] for key in query} - {"view", "sort"} == filters.keys(), url
    state = ListState(filters=filters, sort=spec.sort_choice(query.get("sort", "")))
    return read_page(spec, actor, state, FilterContext(actor, clock.today()), spec.columns).count.seen


def reader(role, unit, reach):
    """Return somebody's browser and actor; every list may be opened, so that each link is there."""
    client, actor = client_of(role, unit=getattr(small_tree(), unit), reach=reach)
    return client, replace(actor, permissions=actor.permissions | {way.permission for way in WAYS.values()})


def test_each_figure_equals_the_list_behind_it_in_every_reach(book):
    day = counted_day()
    period = period_of(ROLLING, day)
    differing, in_force = {}, []

    for role, unit, reach in (
        ("management", "head", Reach.ALL),
        ("customer_resource_manager", "east", Reach.UNIT),
        ("customer_resource_manager", "section", Reach.UNIT),
        ("management", "west", Reach.UNIT),
    ):
        actor = reader(role, unit, reach)[1]
        place = place_of(actor)
        figures = figures_of(actor, place)
        in_force.append(figures[period.last].get("in_force", 0))
        for measure in WAYS.keys() - SUMS - PAGES:
            part = Part(measure, Take.SUM if WAYS[measure].days else Take.END)
            shown, listed = taken(part, figures, period), counted(link_of(actor, part, period, place, day), actor)
            if shown != listed:
                differing[unit, measure] = (shown, listed)

    assert differing == {}
    assert in_force == [6, 5, 5, 1]
    assert BoardCell.objects.filter(unit_id=0).count() == 72


def test_nothing_differs_the_second_time_and_states_of_past_months_stay(book):
    month = clock.today().replace(day=1)
    past = BoardCell.objects.filter(unit_id=0, month__lt=month).order_by("-month").first()
    BoardCell.objects.filter(pk=past.pk).update(states={"customers": 9})
    BoardCell.objects.filter(unit_id=0, month=month).update(figures={}, states={"customers": 9})

    step = run_night(actor=ACTOR, day=clock.today(), ways=WAYS_HERE, again=True).steps.get(key="board_cells")
    again = run_night(actor=ACTOR, day=clock.today(), ways=WAYS_HERE, again=True).steps.get(key="board_cells")

    assert (step.changed, again.changed) == (BoardCell.objects.filter(unit_id=0, month=month).count(), 0)
    assert BoardCell.objects.get(pk=past.pk).states == {"customers": 9}
    assert sum(row.states["customers"] for row in BoardCell.objects.filter(unit_id=0, month=month)) == 6


def test_boards_and_indicators_show_figures_units_and_files_and_keep_reaches(book):
    client, _actor = client_of("management", unit=small_tree().head, reach=Reach.ALL)
    east, _manager = client_of("customer_resource_manager", unit=small_tree().east, reach=Reach.UNIT)

    pages = [client.get(reverse("analytics:board", args=[key]), {"length": "year"}) for key in BOARDS]
    own = east.get(reverse("analytics:boards")).content.decode()
    file = client.get(reverse("analytics:board-csv", args=["sales"])).content.decode()

    assert {answer.status_code for answer in pages} == {200}
    assert "四川分公司" in pages[0].content.decode()
    assert "四川分公司" not in own
    assert "客户资源" in own
    assert "新契约" in file
    assert AuditEvent.objects.filter(action="export", subject_kind="board").count() == 1
    assert east.get(reverse("analytics:boards"), {"unit": small_tree().west.pk}).status_code == 404
    assert client.get(reverse("analytics:board", args=["nothing"])).status_code == 404
    assert client.get(reverse("analytics:boards"), {"until": "20ab-1", "length": "x"}).status_code == 200
    assert client_of("agent")[0].get(reverse("analytics:boards")).status_code == 403
    texts = {
        key: client.get(reverse("analytics:indicator", args=[key]), {"length": "rolling"}).content.decode()
        for key in BY_KEY
    }
    assert "本期生效的保单" in texts["sold"]
    assert reverse("policies:policy-list") in texts["sold"]
    assert "分母" in texts["p13"]
    assert "宽末前实收的第二年度保费" in client.get(reverse("analytics:indicators")).content.decode()


def test_owner_and_targets_are_versions_with_a_reason():
    client, _actor = client_of("management", unit=small_tree().head, reach=Reach.ALL)
    owner = make_user("许建平")
    url, year = reverse("analytics:indicator-set", args=["new_premium"]), clock.today().year
    typed = {f"target_{year}": "1200.5", "owner": owner.staff_no, "version": "0", "reason": "年度预算"}

    wrong = client.post(url, {**typed, "owner": "NOBODY"})
    silent = client.post(url, {**typed, "reason": ""})
    saved = client.post(url, typed)
    same = client.post(url, {**typed, "version": "1"})
    stale = client.post(url, {**typed, f"target_{year}": "7"})

    assert [one.status_code for one in (wrong, silent, saved, same, stale)] == [422, 422, 302, 422, 422]
    assert "1200.5" in wrong.content.decode()
    row = IndicatorTerms.objects.get()
    assert (row.unit_id, row.targets, row.owner_name, row.reason) == (
        0,
        {str(year): 1_200_500_000.0},
        "许建平",
        "年度预算",
    )
    shown = client.get(reverse("analytics:indicator", args=["new_premium"])).content.decode()
    assert "年度预算" in shown
    assert "许建平" in shown


def test_a_manager_of_a_branch_sets_its_own_targets_and_no_other():
    client, actor = client_of("management", unit=small_tree().east, reach=Reach.UNIT)
    url = reverse("analytics:indicator-set", args=["sold"])
    typed = {f"target_{clock.today().year}": "12", "version": "0", "reason": "分公司计划"}

    client.post(f"{url}?unit={small_tree().east_city.pk}", typed)
    client.post(url, typed)

    assert set(IndicatorTerms.objects.values_list("unit_id", flat=True)) == {
        small_tree().east.pk,
        small_tree().east_city.pk,
    }
    assert client.post(f"{url}?unit={small_tree().west.pk}", typed).status_code == 404
    assert client.post(f"{url}?unit={small_tree().section.pk}", typed).status_code == 403
    with pytest.raises(Forbidden):
        set_plan(actor=actor, number=0, plan=Plan(2026), reason="x", now=clock.now())


def test_the_plan_is_set_shown_with_what_came_and_kept(book):
    client, _actor = client_of("management", unit=small_tree().head, reach=Reach.ALL)
    year = clock.today().year - 1
    typed = {"start": year, "growth": "5", "version": "0", "reason": "董事会决议"}
    typed |= {f"repeat_{place}": "6.5" for place in range(5)} | {"focus_0": "在职个险客户"}

    wrong = client.post(reverse("analytics:board-plan-set"), {**typed, "repeat_0": "101"})
    saved = client.post(reverse("analytics:board-plan-set"), typed)
    text = client.get(reverse("analytics:board-plan")).content.decode()

    assert (wrong.status_code, saved.status_code) == (422, 302)
    assert BoardPlan.objects.get().content["repeats"] == [650] * 5
    assert "在职个险客户" in text
    assert "董事会决议" in text
    rows = plan_rows(Plan(year), figures_of(ACTOR, place_of(ACTOR)), counted_day())
    assert (rows[0].holders.actual, rows[4].holders.actual) == (5, None)
