"""Pages of nights, persistency and value: the reach is kept, assumptions are versions (ANA-1, ANA-2, ANA-10)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from keyuan.analytics.forms.terms import initial_of, spoken
from keyuan.analytics.models import NightRun, PersistencyCell, RatioCell, ValueCell, ValueTerms
from keyuan.analytics.rules.persistency.ratios import Choice
from keyuan.analytics.rules.value.assumptions import Assumptions
from keyuan.analytics.selectors.cohorts import cohorts_of
from keyuan.analytics.selectors.figures import COUNTS, persistency_of
from keyuan.analytics.selectors.terms import VALUE
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.customers.models import CustomerScore
from keyuan.customers.selectors.classification.places import place_of
from keyuan.kernel.actor import Reach, Scope, system_actor
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here
from keyuan.policies.selectors.labels import PRODUCT_KINDS
from keyuan.policies.testing import make_policy

pytestmark = pytest.mark.django_db
PAGES = ("analytics:runs", "analytics:persistency", "analytics:value")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A mart of this test, and nobody who waits for its copies."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(followers, "_items", {})


@pytest.fixture
def night():
    """A contract of two years ago whose first premium alone came in, and the night after."""
    agent = make_actor("agent")
    since = clock.today() - timedelta(days=800)
    make_policy(agent, effective_on=since, applied_on=since, issued_on=since, premium=120_000)
    ways = Ways(lambda label, done, total: None, clock.now, here)
    return run_night(actor=system_actor("night run"), day=clock.today(), ways=ways)


def analyst():
    """Somebody who keeps models and reaches the whole book."""
    return client_of("analyst", reach=Reach.ALL)


def test_before_the_first_night_the_pages_say_so():
    client, _actor = analyst()

    texts = [client.get(reverse(name)).content.decode() for name in PAGES]

    assert "尚无夜间运行" in texts[0]
    assert "继续率" in texts[1]
    assert all("每夜取得数据快照后" in text for text in texts[1:])


def test_a_night_shows_its_steps_figures_and_customers(night):
    client, actor = analyst()

    run_page = client.get(reverse("analytics:run", args=[night.pk])).content.decode()
    persistency = client.get(reverse("analytics:persistency"), {"months": "25", "cut": "due_month"})
    value = client.get(reverse("analytics:value")).content.decode()

    assert "评分写回客户" in run_page
    assert "policies, persistency" in run_page
    assert persistency.status_code == 200
    cells = [cell for cell in persistency_of(actor, place_of(actor)) if cell["months"] == 13]
    assert [(cell["base"], cell["grace_end"]) for cell in cells] == [(120_000, 0)]
    assert reverse("policies:policy-list") in persistency.content.decode()
    assert CustomerScore.objects.count() == 1
    assert reverse("customers:scores") in value
    assert RatioCell.objects.filter(unit_id=0, measure="retention").values_list("part", "whole").get() == (1, 1)
    assert ValueCell.objects.filter(unit_id=0).count() == 1


def test_small_reaches_are_added_up_and_others_see_nothing(night):
    row = CustomerScore.objects.get()
    _client, manager = client_of("customer_resource_manager", reach=Reach.ALL)
    stranger = make_actor("agent")
    own = replace(stranger, scope=Scope(Reach.SELF, agent_id=row.servicing_agent_id))
    assert len(persistency_of(manager, place_of(manager))) == 2

    found = [sum(cell["contracts"] for cell in persistency_of(one, place_of(one))) for one in (own, stranger)]

    assert found == [2, 0]


def test_assumptions_are_changed_with_a_reason_and_stay_as_versions():
    client, _actor = analyst()
    url = reverse("analytics:value-terms")
    typed = {name: str(value) for name, value in initial_of(Assumptions(), 0).items()} | {"measured": "on"}

    silent = client.post(url, {**typed, "horizon": "10"})
    wrong = client.post(url, {**typed, "abc_a": "95", "reason": "试算"})
    saved = client.post(url, {**typed, "horizon": "10", "reason": "监管口径"})
    stale = client.post(url, {**typed, "horizon": "11", "reason": "又改"})

    assert (silent.status_code, wrong.status_code, saved.status_code, stale.status_code) == (422, 422, 302, 422)
    assert 'value="95"' in wrong.content.decode()
    assert (VALUE.in_force()[0].horizon, ValueTerms.objects.get().reason) == (10, "监管口径")
    assert "监管口径" in client.get(url).content.decode()


def test_margins_and_the_source_of_survival_are_read_beside_the_value_they_made():
    terms = replace(Assumptions(), measured=False, margins={**Assumptions().margins, "LIFE": 1234})

    told = {str(label): str(value) for label, value in spoken(terms)}

    assert told[f"利润率（占保费 %）: {PRODUCT_KINDS['LIFE']}"] == "12.34"
    assert told["采用本公司实际继续率"] == "否"


def test_pages_ask_their_permission():
    client, _agent = client_of("agent")

    assert {client.get(reverse(name)).status_code for name in (*PAGES, "analytics:value-terms")} == {403}


def test_only_complete_cohorts_count_together():
    zero = dict.fromkeys(COUNTS, 0)
    cells = [
        {**zero, "months": 13, "cohort": date(2024, month, 1), "base": 100, "grace_end": 90} for month in (1, 2, 3)
    ]

    found = cohorts_of(cells, 13, Choice(), date(2025, 4, 30))

    assert [(one.is_complete, one.total.base) for one in found] == [(True, 100), (True, 200), (False, 200)]


def test_a_run_started_by_hand_runs_beside_the_server(monkeypatch):
    started = []
    monkeypatch.setattr("keyuan.platform.backup.child.start", lambda *words: started.append(words))
    client, _actor = analyst()

    client.post(reverse("analytics:run-start"))

    assert started == [("night", "--date", clock.today().isoformat())]
    assert not NightRun.objects.exists()
    assert not PersistencyCell.objects.exists()
