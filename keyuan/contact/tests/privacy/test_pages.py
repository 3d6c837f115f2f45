"""The page of a privacy request: what was typed comes back with what is wrong with it (PLT-8, PLT-14)."""

import pytest

from keyuan.contact.models import PrivacyRequest
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.services.privacy import requests as services
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock

pytestmark = pytest.mark.django_db
ANSWER = "身份无法核实，请本人携带证件到柜面办理"


@pytest.fixture
def compliance():
    return client_of("compliance", unit=small_tree().head)


@pytest.fixture
def received(compliance, agent_actor):
    customer = make_customer(agent_actor, "周国栋")
    now = clock.now()
    return services.receive_request(
        actor=compliance[1], customer_id=customer.pk, kind=rules.COPY, source="PHONE", received_at=now, now=now
    )


@pytest.mark.parametrize("step, typed, kept", [
    ("refuse", {"reason": "NOBODY", "answer": ANSWER}, ANSWER),
    ("refuse", {"reason": "NOT_IDENTIFIED", "answer": "长" * 1001}, "长" * 1001),
    ("drop", {"reason": "长" * 201}, "长" * 201),
    ("pause", {"reason": "NOBODY", "note": "等客户补证件"}, "等客户补证件"),
])  # fmt: skip
def test_a_form_with_a_mistake_stands_open_with_what_was_typed(step, typed, kept, compliance, received):
    answer = compliance[0].post(f"/contact/privacy/{received.pk}/{step}/", typed)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert kept in text
    assert '<details class="block" open>' in text
    assert PrivacyRequest.objects.get().status == rules.RECEIVED


def test_what_somebody_else_closed_meanwhile_says_so_on_the_page_as_it_stands(compliance, received):
    services.drop_request(actor=compliance[1], request_id=received.pk, note="客户撤回", now=clock.now())

    answer = compliance[0].post(
        f"/contact/privacy/{received.pk}/refuse/", {"reason": "NOT_IDENTIFIED", "answer": ANSWER}, follow=True
    )

    assert answer.status_code == 200
    assert "该请求刚被他人处理" in answer.content.decode()


def test_every_field_of_the_page_has_an_id_of_its_own(compliance, received):
    text = compliance[0].get(f"/contact/privacy/{received.pk}/").content.decode()

    assert [text.count(f'id="{name}-reason"') for name in ("refuse", "drop", "pause")] == [1, 1, 1]
    assert 'id="id_reason"' not in text
