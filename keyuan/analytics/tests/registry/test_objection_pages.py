"""Automated decisions on the customer's page: explained, objected to, taken back; nothing stored stays (PIPL 24)."""

import pytest
from django.urls import reverse

from keyuan.analytics.models import AutomationObjection
from keyuan.analytics.services.night.engines import DuckEngine
from keyuan.analytics.services.night.running import plan
from keyuan.analytics.services.night.work import Night
from keyuan.customers.models import CustomerScore, Task
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, system_actor
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.mart.testing import here, snapshot_here

pytestmark = pytest.mark.django_db
STEPS = ("behaviour", "premium_years", "persistency", "protection", "clusters", "lifetime", "scores", "write_back")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def night():
    """Reckon value and write it back, without what else a night does."""
    snapshot = snapshot_here(clock.now())
    actor = system_actor("night run")
    made = Night(snapshot.day, snapshot, DuckEngine(), actor, clock.now(), lambda done, total: None, here)
    for step in plan():
        if step.key in STEPS:
            step.run(made)


def url(name, customer):
    return reverse(f"analytics:{name}", args=[customer.pk])


def test_an_objection_takes_scores_at_once_and_the_night_makes_none_until_it_is_taken_back():
    agent, actor = client_of("agent")
    customer, other = make_customer(actor, "周国栋"), make_customer(actor, "许静")
    night()
    said = {"on": clock.today().isoformat(), "channel": "PHONE", "note": "请不要自动判断"}

    told = agent.get(url("automated-explain", customer)).content.decode()
    wrong = agent.post(url("automated-object", customer), {**said, "channel": ""})
    kept = [agent.post(url("automated-object", customer), said).status_code for _time in range(2)]
    at_once = set(CustomerScore.objects.values_list("pk", flat=True))
    night()
    at_night = set(CustomerScore.objects.values_list("pk", flat=True))
    panel = agent.get(url("customer-automated", customer)).content.decode()
    page = agent.get(url("automated-explain", customer)).content.decode()
    agent.post(url("automated-take-back", customer), said)
    night()

    assert ("最近购买" in told, "规则" in told or "RFM" in told) == (True, True)
    assert (wrong.status_code, "请不要自动判断" in wrong.content.decode(), kept) == (422, True, [302, 302])
    assert at_once == at_night == {other.pk}
    assert ("客户拒绝自动化决策" in panel, "请不要自动判断" in page) == (True, True)
    assert set(CustomerScore.objects.values_list("pk", flat=True)) == {customer.pk, other.pk}
    assert AutomationObjection.objects.get().withdrawn_channel == "PHONE"


def test_a_person_is_asked_once_and_strangers_see_nothing():
    agent, actor = client_of("agent")
    customer = make_customer(actor, "周国栋")
    stranger, analyst = client_of("agent", unit=small_tree().west)[0], client_of("analyst")[0]

    for _time in range(2):
        agent.post(url("automated-review", customer))

    assert Task.objects.filter(customer=customer).count() == 1
    for name in ("customer-automated", "automated-explain", "automated-object", "automated-take-back"):
        assert [one.get(url(name, customer)).status_code for one in (stranger, analyst)] == [404, 403]


def test_the_list_tells_who_objects_in_reach_and_an_end_needs_a_reason():
    agent, actor = client_of("agent")
    standing, ended = make_customer(actor, "周国栋"), make_customer(actor, "许静")
    stranger = client_of("agent", unit=small_tree().west)[0]
    said = {"on": clock.today().isoformat(), "channel": "PHONE", "note": "请不要自动判断"}
    for customer in (standing, ended):
        agent.post(url("automated-object", customer), said)
    silent = agent.post(url("automated-take-back", ended), {**said, "note": ""})
    agent.post(url("automated-take-back", ended), {**said, "note": "客户已改变主意"})

    names = reverse("analytics:objections")
    pages = {
        view: agent.get(names, {"view": view, "stands": stands}).content.decode()
        for view, stands in (("standing", "1"), ("ended", "0"))
    }
    none = stranger.get(names, {"view": "all"}).content.decode()

    assert silent.status_code == 422
    assert ["周国栋" in page for page in pages.values()] == [True, False]
    assert ["许静" in page for page in pages.values()] == [False, True]
    assert url("automated-take-back", standing) in pages["standing"]
    assert ("周国栋" in none, "许静" in none) == (False, False)
    assert client_of("analyst")[0].get(names).status_code == 403


@pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics")
@pytest.mark.parametrize("role, reach", [("agent", Reach.UNIT), ("compliance", Reach.ALL)])
def test_every_order_and_filter_of_the_list_uses_an_index(role, reach):
    reader = make_actor(role, reach=reach)
    context = FilterContext(reader, clock.today())

    assert_list_uses_indexes(
        lists["objections"], reader, context, {"stands": True, "way": ("PHONE",), "at": ("today-30", "")}
    )
