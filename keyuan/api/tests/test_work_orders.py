"""Work orders by programs: taken in once, taken over by one, resolved, out of reach 404 (SRV-1, PLT-14)."""

import pytest

from keyuan.api.testing import Program
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock
from keyuan.service.models import Category, WorkOrder
from keyuan.service.testing import make_complaint, open_desk

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


def test_a_complaint_goes_its_whole_way_by_program(customer):
    program = Program("complaint_handler", unit=small_tree().east)
    director = Program("contact_centre_director", unit=small_tree().head)
    category = Category.objects.get(code="C_SURRENDER").pk
    body = {
        "kind": "COMPLAINT", "title": "退保手续费争议", "contact_channel": "PHONE", "customer_id": customer.pk,
        "category_id": category, "callback_phone": "13800138000",
    }  # fmt: skip
    order = program.post(PATH, body).json()
    base = f"{PATH}/{order['id']}"
    program.post(f"{base}/take", {})

    def act(key, **more):
        return program.post(f"{base}/acts", {"act": key, **more})

    undecided = program.post(f"{base}/resolve", {"solution": "书面答复"})
    steps = [
        act("acknowledge", code="PHONE", text="已受理"), act("wait", code="DOCUMENTS"), act("resume"),
        act("extend", text="需鉴定笔迹"),
    ]  # fmt: skip
    own = program.post(f"{base}/complaint/extension", {"approve": True})
    longer = director.post(f"{base}/complaint/extension", {"approve": True}).json()
    verdict = {"outcome": "PARTLY", "facts": "核对了现金价值表", "basis": "合同第 8 条", "remedies": ["COURT"]}
    decided = program.post(f"{base}/complaint/decide", verdict)
    program.post(f"{base}/resolve", {"solution": "退还手续费"})
    told = act("tell", code="LETTER", text="答复书已寄出").json()
    late = act("wait", code="DOCUMENTS")

    assert (undecided.status_code, undecided.json()["code"]) == (422, "complaint.undecided")
    assert [answer.status_code for answer in steps] == [200] * 4
    assert (own.status_code, longer["term"]) == (403, 30)
    assert (decided.status_code, decided.json()["decision"]) == (200, "PARTLY")
    assert "13800138000" not in decided.content.decode()
    assert (told["status"], late.status_code) == ("TOLD", 409)


def test_clusters_are_read_and_decided_by_program(customer, agent_actor):
    program = Program("complaint_handler", unit=small_tree().east)
    for name in ("何美玲", "孙平", "周敏"):
        other = make_customer(agent_actor, name)
        program.post(
            PATH,
            {
                "kind": "COMPLAINT", "title": "退费", "contact_channel": "PHONE", "customer_id": other.pk,
                "callback_phone": "13800138000",
            },
        )  # fmt: skip

    cluster = program.get("/api/v1/complaint-clusters").json()["rows"][0]
    path = f"/api/v1/complaint-clusters/{cluster['id']}"
    decided = program.post(f"{path}/decide", {"status": "GROUP", "reason": "同一人", "version": 1}).json()

    assert (cluster["kind"], cluster["customers"], len(cluster["order_ids"])) == ("PHONE", 3, 3)
    assert (decided["status"], program.get("/api/v1/complaint-clusters").json()["rows"]) == ("GROUP", [])
    assert Program("complaint_handler", unit=small_tree().west).get(path).status_code == 404


def test_a_program_that_a_complaint_is_about_does_not_find_it():
    accused, other = (Program("complaint_handler", unit=small_tree().east) for _ in range(2))
    open_desk(other.actor)
    order = make_complaint(other.actor, now=clock.now(), complaint={"user_ids": [accused.actor.id]})

    found = [
        (one.get(f"/work-orders/{order.pk}").status_code, order.number in one.get("/work-orders").content.decode())
        for one in (accused, other)
    ]

    assert found == [(404, False), (200, True)]
