"""Scores that flow back to customers: written once, in place, shown with their reason, gone with the person (ANA-2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from keyuan.customers.extensions import segment_fields
from keyuan.customers.models import Customer, CustomerScore
from keyuan.customers.selectors.scores import score_sources
from keyuan.customers.services.privacy import collect, erase
from keyuan.customers.services.scores.writing import SAID, drop_departed, drop_scores, follow_customers, write_scores
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import Reach, Scope
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SCORE = {
    "line": "LIFE", "recency": 5, "frequency": 4, "monetary": 3, "contact": 2, "value_group": "LOYAL", "abc": "A",
    "value_tier": "HIGH", "lifetime_value": 3_000_000, "premium": 500_000, "contracts": 2, "bought": 3,
    "last_bought_on": TODAY - timedelta(30), "last_contact_on": None, "active_from": TODAY - timedelta(400),
    "active_until": None, "cluster": "C1",
}  # fmt: skip


def keep(*customers, **more):
    """Write the same score for ``customers``."""
    columns = {name: [{**SCORE, **more}[name]] * len(customers) for name in SAID}
    return write_scores([customer.pk for customer in customers], columns, TODAY)


@pytest.fixture
def agent():
    return make_actor("agent")


def test_scores_are_written_where_their_customer_stands(agent):
    customer, gone = make_customer(agent), make_customer(agent)
    Customer.objects.filter(pk=gone.pk).update(status=Customer.Status.DECEASED)

    assert keep(customer, gone) == 1

    row = CustomerScore.objects.get()
    assert (row.pk, row.value_group, row.scored_on) == (customer.pk, "LOYAL", TODAY)
    assert row.branch_id == customer.summary.branch_id
    assert keep(customer, value_group="AT_RISK") == 1
    assert CustomerScore.objects.get().value_group == "AT_RISK"
    Customer.objects.filter(pk=customer.pk).update(status=Customer.Status.DECEASED)
    assert drop_departed() == 1
    assert drop_scores([customer.pk]) == 0


def test_scores_follow_their_customer_out_of_reach(agent):
    customer = make_customer(agent)
    keep(customer)
    customer.summary.__class__.objects.filter(pk=customer.pk).update(servicing_agent_id=None, team_id=None)

    follow_customers([customer.pk])

    assert not any(rows.exists() for rows in score_sources(agent, now=NOW))


def test_the_panel_says_what_scores_stand_on():
    client, agent = client_of("agent")
    customer = make_customer(agent)
    url = reverse("customers:score-panel", args=[customer.pk])

    assert "尚未评分" in client.get(url).content.decode()
    keep(customer)
    text = client.get(url).content.decode()

    assert "30,000.00" in text
    assert "忠诚型" in text
    assert "忠诚型" in client.get(reverse("customers:scores")).content.decode()


def test_scores_are_in_the_copy_and_leave_with_the_person(agent):
    customer = make_customer(agent)
    keep(customer)

    assert collect(customer.pk)["scores"][0]["lifetime_value"] == 3_000_000
    erase(customer.pk, whole=False, now=NOW)
    assert not CustomerScore.objects.exists()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("level", ["", "branch", "sub_branch"])
def test_the_list_reads_by_its_indexes(agent, level):
    manager = make_actor("customer_resource_manager", reach=Reach.ALL)
    customers = [make_customer(agent) for _number in range(2)]
    keep(*customers)
    unit = getattr(customers[0].summary, f"{level}_id") if level else None
    actor = replace(manager, scope=Scope(Reach.UNIT, unit, level)) if level else manager
    values = {
        "group": ("LOYAL",), "tier": ("HIGH",), "abc": ("A",), "clv": ("1", "2"), "agent": "1", "cluster": ("C1",),
        "unit": str(customers[0].summary.sub_branch_id),
        "contracts": ("1", ""),
    }  # fmt: skip

    assert_list_uses_indexes(
        lists["customer-scores"], actor, FilterContext(actor, TODAY), values,
        small=("score_sec", "score_team", "score_agent"),
    )  # fmt: skip


def test_the_list_of_customers_shows_value_where_somebody_asks_for_it():
    client, agent = client_of("agent")
    scored, unscored = make_customer(agent), make_customer(agent)
    keep(scored)
    extras = lists["customers"].prepare(agent, [scored.summary, unscored.summary], FilterContext(agent, TODAY))
    columns = {column.key: column for column in lists["customers"].columns}

    found = [columns["clv"].value(row.summary, extras) for row in (scored, unscored)]

    assert found == [3_000_000, None]
    assert columns["value_group"].value(unscored.summary, extras) is None
    assert client.get(reverse("customers:home")).status_code == 200


def test_a_caller_of_a_supplier_does_not_learn_what_a_customer_is_worth():
    client, caller = client_of("outsourced_caller", reach=Reach.ALL)
    customer = make_customer(caller)
    keep(customer)
    extras = lists["customers"].prepare(caller, [customer.summary], FilterContext(caller, TODAY))
    columns = {column.key: column for column in lists["customers"].columns}
    clv = segment_fields["lifetime_value"]

    assert client.get(reverse("customers:score-panel", args=[customer.pk])).status_code == 403
    assert client.get(reverse("customers:scores")).status_code == 403
    assert client.get(reverse("customers:home")).status_code == 200
    assert columns["clv"].value(customer.summary, extras) is None
    assert not caller.may(clv.permission)
