"""Lists behind figures: exactly the contracts and customers that a figure counts, in the reader's reach (ANA-10)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from keyuan.analytics.rules.features.rates import MEASURES
from keyuan.analytics.rules.persistency.behind import CohortSide, RateSide, read
from keyuan.analytics.rules.persistency.ratios import Choice
from keyuan.analytics.selectors import behind
from keyuan.analytics.selectors.behind import ids_behind
from keyuan.analytics.selectors.figures import persistency_of, ratios_of
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.customers.selectors.classification.places import place_of
from keyuan.kernel.actor import Reach, Scope, system_actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here
from keyuan.policies.models import Policy
from keyuan.policies.testing import make_policy

pytestmark = pytest.mark.django_db
SINCE = timedelta(days=800)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A mart of this test, and nobody who waits for its copies."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(followers, "_items", {})


@pytest.fixture
def policies():
    """Three contracts of one month, whose first premium alone came in, and the night after."""
    agent, since = make_actor("agent"), clock.today() - SINCE
    made = [make_policy(agent, effective_on=since, applied_on=since, issued_on=since) for _number in range(3)]
    run_night(actor=system_actor("night run"), day=clock.today(), ways=Ways(lambda *_said: None, clock.now, here))
    return made


def manager():
    """Somebody who reads analyses and customers of the whole book."""
    return client_of("customer_resource_manager", reach=Reach.ALL)


def test_an_address_says_what_it_means_and_nothing_else_is_read():
    side = CohortSide(25, date(2024, 3, 1), Choice("first_grace", count_apl=True), "received", 7, "AGENCY")

    assert side.text == "25.2024-03.first_grace.010.received.7.AGENCY"
    assert [read(one.text) for one in (side, RateSide("retention", "rest"))] == [side, RateSide("retention", "rest")]
    wrong = (
        "", "a.b.c", "retention.all.", "13.2024-13.grace_end.000.missed..", "14.2024-01.grace_end.000.missed..",
        "13.2024-01.grace_end.020.missed..", "13.2024-01.grace.000.missed..", "13.2024-01.grace_end.000.gone..",
    )  # fmt: skip
    assert {read(text) for text in wrong} == {None}
    loans = replace(side, choice=Choice("grace_end", count_apl=True), side="missed")
    assert loans.condition == "grace_end + by_loan = 0"
    assert replace(loans, choice=Choice(over_due=True)).condition == "due_base > 0 AND grace_end = 0"


def test_lists_count_what_figures_count_in_every_reach(policies):
    _client, actor = manager()
    agent_id = policies[0].servicing_agent_id
    own = replace(actor, scope=Scope(Reach.SELF, agent_id=agent_id))
    stranger = replace(actor, scope=Scope(Reach.SELF, agent_id=-1))
    cohort = policies[0].effective_on.replace(day=1)
    sides = [CohortSide(13, cohort, Choice(), side) for side in ("missed", "received", "counted")]

    for reader, expected in ((actor, 3), (own, 3), (stranger, 0)):
        cells = [cell for cell in persistency_of(reader, place_of(reader)) if cell["months"] == 13]
        assert sum(cell["contracts"] for cell in cells) == expected
        assert [len(ids_behind(reader, side)) for side in sides] == [expected, 0, expected]
        ratios = ratios_of(reader, place_of(reader))
        for measure in MEASURES:
            part, whole = ratios.get(measure, (0, 0))
            found = [len(ids_behind(reader, RateSide(measure, side))) for side in ("part", "whole", "rest")]
            assert found[:2] == [part, whole]
            assert measure == "growth" or found[2] == whole - part
    with pytest.raises(NotFound):
        ids_behind(actor, replace(sides[0], unit_id=2**30))


def test_the_page_leads_to_exactly_these_contracts_and_customers(policies, monkeypatch):
    client, actor = manager()
    cohort = policies[0].effective_on.replace(day=1)
    side = CohortSide(13, cohort, Choice(), "missed")

    page = client.get(reverse("analytics:persistency")).content.decode()
    missed = client.get(reverse("analytics:policies-behind"), {"of": side.text})
    people = client.get(reverse("analytics:customers-behind"), {"of": "retention.part."})
    nothing = client.get(reverse("analytics:policies-behind"), {"of": "retention.part."})

    assert side.text in page
    assert "retention.rest." in page
    spec, context = lists["policies-behind"], FilterContext(actor, clock.today())
    rows = [spec.filters[0].apply(source, side.text, context) for source in spec.sources(actor, context)]
    assert sorted(row.pk for source in rows for row in source) == sorted(one.pk for one in policies)
    assert (people.status_code, nothing.status_code) == (200, 200)
    assert "13 个月" in missed.content.decode()
    assert "共 3 条" not in missed.content.decode()
    monkeypatch.setattr(behind, "MOST", 2)
    short = client.get(reverse("analytics:policies-behind"), {"of": side.text}).content.decode()
    assert "显示前 2 条，共 3 条" in short
    Policy.objects.filter(pk=policies[0].pk).update(servicing_agent_id=None)
    assert client_of("agent")[0].get(reverse("analytics:persistency")).status_code == 403
