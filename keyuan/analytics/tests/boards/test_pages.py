"""Boards of a small book: figures equal the lists behind them, reaches are kept, targets are versions (ANA-12)."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.urls import resolve

from keyuan.analytics.models import BoardCell
from keyuan.analytics.rules.boards.indicators import Part, Take, taken
from keyuan.analytics.rules.boards.periods import ROLLING, period_of
from keyuan.analytics.selectors.boards.figures import counted_day, figures_of
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.analytics.views.boards.links import WAYS, link_of
from keyuan.customers.selectors.classification.places import place_of
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, system_actor
from keyuan.organisation.testing import client_of, make_actor, make_agent, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.pages import read_page
from keyuan.platform.lists.state import ListState
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here
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
