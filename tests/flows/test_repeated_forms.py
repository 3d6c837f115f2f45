"""A form that arrives twice counts once; one that comes back changed counts again (PLT-10, PLT-14)."""

import pytest

from keyuan.customers.models import Interaction
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return client_of("agent")


@pytest.fixture
def address(agent):
    return f"/customers/{make_customer(agent[1], '周国栋').pk}/interactions/add/"


def said(summary, attempt="attempt-1", **more):
    now = clock.now().strftime("%Y-%m-%dT00:00")
    return {"kind": "CALL", "direction": "OUT", "occurred_at": now, "summary": summary, "idempotency": attempt, **more}


def test_the_same_form_sent_again_changes_nothing_and_says_so(agent, address):
    first = agent[0].post(address, said("谈续保"))

    again = agent[0].post(address, said("谈续保"), follow=True)

    assert first.status_code == 302
    assert "未重复保存" in again.content.decode()
    assert Interaction.objects.count() == 1
    assert AuditEvent.objects.filter(subject_kind="interaction").count() == 1


def test_htmx_loads_the_page_anew(agent, address):
    agent[0].post(address, said("谈续保"), headers={"HX-Request": "true"})

    again = agent[0].post(address, said("谈续保"), headers={"HX-Request": "true"})

    assert (again.status_code, again["HX-Refresh"]) == (204, "true")


@pytest.mark.parametrize("_case, more", [
    ("another text", said("谈理赔")),
    ("another token", said("谈续保", "attempt-2")),
    ("no token", said("谈续保", "")),
])  # fmt: skip
def test_what_is_another_attempt_counts_again(_case, more, agent, address):
    agent[0].post(address, said("谈续保"))

    agent[0].post(address, more)

    assert Interaction.objects.count() == 2


def test_another_person_may_use_the_same_token(agent, address):
    agent[0].post(address, said("谈续保"))
    colleague = client_of("customer_resource_manager")

    colleague[0].post(address, said("谈续保"))

    assert Interaction.objects.count() == 2


def test_a_refused_form_may_come_again(agent, address):
    refused = agent[0].post(address, said(" "))

    agent[0].post(address, said("谈续保"))

    assert (refused.status_code, Interaction.objects.count()) == (422, 1)
