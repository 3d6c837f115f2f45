"""Work orders by programs: taken in once, taken over by one, resolved, out of reach 404 (SRV-1, PLT-14)."""

import pytest

from keyuan.api.testing import Program
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import small_tree
from keyuan.service.models import WorkOrder
from keyuan.service.testing import open_desk

pytestmark = pytest.mark.django_db
PATH = "/api/v1/work-orders"


@pytest.fixture
def customer(agent_actor):
    open_desk()
    return make_customer(agent_actor, "周国栋")


def test_an_order_goes_its_way_by_program(customer):
    program = Program("contact_centre", unit=small_tree().east)
    body = {"kind": "CONSULT", "title": "分红", "contact_channel": "WECHAT", "customer_id": customer.pk, "key": "k-1"}

    first, second = program.post(PATH, body), program.post(PATH, body)
    order = first.json()

    assert (first.status_code, second.json()["id"]) == (201, order["id"])
    assert (order["status"], order["due_key"]) == ("RECEIVED", "FIRST")
    assert [row["id"] for row in program.get(PATH).json()["rows"]] == [order["id"]]
    line = program.post(f"{PATH}/{order['id']}/lines", {"kind": "INBOUND", "text": "补充：附件见门户"})
    assert line.status_code == 201
    assert program.post(f"{PATH}/{order['id']}/take", {}).status_code == 409
    WorkOrder.objects.update(status="DISPATCHED")
    assert program.post(f"{PATH}/{order['id']}/take", {}).json()["status"] == "IN_PROGRESS"
    assert program.post(f"{PATH}/{order['id']}/resolve", {"solution": "已说明"}).json()["status"] == "RESOLVED"
    assert program.get(f"{PATH}/archive").json()["rows"][0]["number"] == order["number"]


def test_a_refusal_names_its_field_and_strangers_see_nothing(customer):
    program = Program("contact_centre", unit=small_tree().east)
    west = Program("contact_centre", unit=small_tree().west)
    order = program.post(
        PATH, {"kind": "CONSULT", "title": "x", "contact_channel": "PHONE", "customer_id": customer.pk}
    )

    refused = program.post(PATH, {"kind": "CONSULT", "title": "x", "contact_channel": "PHONE"})

    assert (refused.status_code, refused.json()["code"]) == (422, "order.nobody")
    assert west.get(f"{PATH}/{order.json()['id']}").status_code == 404
    assert west.get(PATH).json()["rows"] == []
