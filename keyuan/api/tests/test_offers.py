"""Offers by program: those of a customer and of a reach, and none against an objection (ANA-7, ANA-11, PLT-14)."""

from datetime import timedelta

import pytest

from keyuan.analytics.models import AutomationObjection, OfferAnswer
from keyuan.analytics.testing import make_offer
from keyuan.api.testing import Program
from keyuan.customers.models import Task
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.platform import clock

pytestmark = pytest.mark.django_db


def test_programs_read_offers_in_their_reach():
    program, stranger = Program("customer_resource_manager", reach=Reach.ALL), Program("agent")
    customer = make_customer(program.actor)
    offer = make_offer(customer)

    (row,) = program.get("/api/v1/offers?family=LIFE").json()["rows"]
    own = program.get(f"/api/v1/customers/{customer.pk}/offers").json()

    assert (row["id"], row["customer_id"], row["value"], row["ways"]) == (offer.pk, customer.pk, 50_000, ["PHONE"])
    assert row["reasons"] == ["年龄 40–44 岁", "持有一份医疗险"]
    assert own == {"objects": False, "offers": [row]}
    assert stranger.get("/api/v1/offers").json()["rows"] == []
    assert stranger.get(f"/api/v1/customers/{customer.pk}/offers").status_code == 404
    assert Program("auditor").get("/api/v1/offers").status_code == 403


def test_nothing_is_offered_to_who_objects():
    program = Program("agent")
    customer = make_customer(program.actor)
    make_offer(customer)
    AutomationObjection.objects.create(
        customer=customer, said_on=clock.today(), channel="PHONE", recorded_at=clock.now()
    )

    found = program.get(f"/api/v1/customers/{customer.pk}/offers").json()

    assert found == {"objects": True, "offers": []}


def test_answers_by_program_are_kept_once_and_taken_back():
    program, stranger = Program("agent"), Program("agent")
    offer = make_offer(make_customer(program.actor))
    url = f"/api/v1/offers/{offer.pk}/answer"
    today = clock.today()
    no = {"answer": "DECLINED", "reason": "PRICE", "until": (today + timedelta(days=90)).isoformat()}
    late = {"answer": "REMIND", "due_at": (clock.now() + timedelta(days=9)).isoformat()}

    declined = [program.post(url, no).json() for _time in range(2)]
    reminded = [program.post(url, one).json()["task_id"] for one in (late, late, {"answer": "ACCEPTED"})]
    wrong = [
        program.post(url, body).status_code
        for body in (
            {**no, "until": today.isoformat()},
            {"answer": "REMIND"},
            {**no, "reason": "LATER"},
            {"answer": "?"},
        )
    ]
    back = f"/api/v1/offers/answers/{declined[0]['answer_id']}/restore"
    restored = [program.post(back, {}).json() for _time in range(2)]

    assert declined[0] == declined[1]
    assert (Task.objects.count(), set(reminded)) == (1, {Task.objects.get().pk})
    assert wrong == [422, 422, 409, 422]
    assert restored == [{"answer_id": declined[0]["answer_id"], "family": "LIFE"}] * 2
    assert OfferAnswer.objects.get().undone_at is not None
    assert [stranger.post(one, no).status_code for one in (url, back)] == [404, 404]
