"""Pages of the service desk: queue, taking in, detail, acts, panel, board, figures, set-up (SRV-1 to SRV-4)."""

import re

import pytest

from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, make_agent, make_user, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import BulkRun
from keyuan.policies.testing import make_policy
from keyuan.service.models import Complaint, Desk, DeskMember, Macro, OrderEntry, RoutingRule, WorkOrder
from keyuan.service.services.reckoning import reckon
from keyuan.service.testing import make_complaint, make_order, open_desk

pytestmark = pytest.mark.django_db
SMALL = ("wo_sec", "wo_team", "wo_agent", "wo_sb_due", "wo_sb_rank", "wo_sb_new", "_customer_id_")


@pytest.fixture
def seated():
    """A browser of a representative who sits at the desk, and the actor."""
    browser, actor = client_of("contact_centre", unit=small_tree().east)
    open_desk(actor)
    return browser, actor


@pytest.fixture
def customer(agent_actor):
    return make_customer(agent_actor, "周国栋")


def text_of(answer):
    return answer.content.decode()


def test_the_queue_shows_what_waits_and_whose_it_is(seated, customer):
    browser, actor = seated
    order = make_order(actor, customer.pk, now=clock.now())

    everything = text_of(browser.get("/service/orders/?sort=due"))
    waiting = text_of(browser.get("/service/orders/?pool=me&sort=rank"))
    mine = text_of(browser.get("/service/orders/?owner=me"))

    assert order.number in everything
    assert "周国栋" in everything
    assert order.number in waiting
    assert order.number not in mine


def test_an_order_is_taken_in_from_the_customers_page(seated, customer):
    browser, _actor = seated
    path = f"/service/of-customer/{customer.pk}/new/"
    form = {
        "kind": "CONSULT", "title": "分红怎么领取", "contact_channel": "PHONE", "priority": "3",
        "received_at": "2026-03-16T09:00", "idempotency": "t-9",
    }  # fmt: skip

    policy = make_policy(_actor, customer)

    wrong = browser.post(path, {**form, "title": ""})
    first, second = browser.post(path, form), browser.post(path, form)

    order = WorkOrder.objects.get()
    assert (wrong.status_code, first.status_code, second.status_code) == (422, 302, 302)
    assert policy.policy_no[-6:] in text_of(wrong)
    assert first["Location"] == second["Location"] == f"/service/orders/{order.pk}/"
    assert "分红怎么领取" in text_of(browser.get(f"/service/of-customer/{customer.pk}/"))


def test_a_complaint_names_whom_it_is_about(seated, customer):
    browser, _actor = seated
    make_agent(name="林某", agent_no="TA777")
    form = {
        "kind": "COMPLAINT", "title": "销售误导", "contact_channel": "LETTER", "priority": "2",
        "received_at": "2026-03-16T09:00", "accused": "ta777", "line": "ANNUITY",
    }  # fmt: skip
    path = f"/service/of-customer/{customer.pk}/new/"

    wrong = browser.post(path, {**form, "accused": "nobody"})
    made = browser.post(path, form)

    assert (wrong.status_code, made.status_code) == (422, 302)
    assert "NOBODY" in text_of(wrong)
    assert [person.name for person in Complaint.objects.get().accused.all()] == ["林某"]


def test_the_page_offers_only_what_is_possible(seated, customer):
    browser, actor = seated
    order = make_order(actor, customer.pk, now=clock.now())
    path = f"/service/orders/{order.pk}/"

    before = text_of(browser.get(path))
    browser.post(f"{path}act/take/")
    after = text_of(browser.get(path))

    assert "act/take/" in before
    assert "act/resolve/" not in before
    assert "act/resolve/" in after
    assert "act/take/" not in after
    assert "首次响应" in after
    assert browser.get(f"{path}?panel=1").status_code == 200
    assert browser.get(f"{path}act/nothing/").status_code == 404


def test_acts_answer_with_the_sentence_beside_the_field(seated, customer):
    browser, actor = seated
    order = make_order(actor, customer.pk, now=clock.now())
    path = f"/service/orders/{order.pk}/act/"
    browser.post(f"{path}take/")

    empty = browser.post(f"{path}resolve/", {"solution": ""})
    done = browser.post(f"{path}resolve/", {"solution": "已补发电子保单"})
    again = browser.post(f"{path}resolve/", {"solution": "已补发电子保单"})

    assert (empty.status_code, done.status_code, again.status_code) == (422, 302, 422)
    assert "请查看最新状态" in text_of(again)
    assert WorkOrder.objects.get().status == "RESOLVED"


def test_the_next_one_is_taken_by_a_button(seated, customer):
    browser, actor = seated
    order = make_order(actor, customer.pk, now=clock.now())

    taken = browser.post("/service/orders/next/")
    nothing = browser.post("/service/orders/next/")

    assert taken["Location"] == f"/service/orders/{order.pk}/"
    assert nothing["Location"] == "/service/orders/"
    assert WorkOrder.objects.get().owner_id == actor.id


def test_lines_of_the_conversation(seated, customer):
    browser, actor = seated
    order = make_order(actor, customer.pk, now=clock.now())
    path = f"/service/orders/{order.pk}/"

    browser.post(f"{path}line/", {"kind": "NOTE", "text": "客户情绪激动"})
    browser.post(f"{path}line/", {"kind": "REPLY", "text": " "})

    assert [row.text for row in OrderEntry.objects.filter(kind__in=("NOTE", "REPLY"))] == ["客户情绪激动"]
    assert "客户情绪激动" in text_of(browser.get(path))


def test_a_line_sent_again_stands_once(seated, customer):
    browser, actor = seated
    order = make_order(actor, customer.pk, now=clock.now())
    token = re.search(r'name="idempotency" value="(\w+)"', text_of(browser.get(f"/service/orders/{order.pk}/")))[1]
    line = {"kind": "REPLY", "text": "已为您查询。", "idempotency": token}

    for _press in (1, 2):
        browser.post(f"/service/orders/{order.pk}/line/", line)

    assert OrderEntry.objects.filter(order=order, kind="REPLY").count() == 1


def test_board_figures_and_work_elsewhere(customer, agent_actor):
    browser, actor = client_of("shift_leader", unit=small_tree().east)
    open_desk(actor)
    order = make_complaint(actor, customer.pk, now=clock.now())
    WorkOrder.objects.filter(pk=order.pk).update(mark="LATE")

    before = text_of(browser.get("/service/complaints/"))
    make_policy(agent_actor, customer)
    reckon(today=clock.today(), now=clock.now())
    board = text_of(browser.get("/service/board/"))
    figures = text_of(browser.get("/service/complaints/"))

    assert order.number in board
    assert "退保纠纷" in figures
    assert "亿元保费投诉量" not in before
    assert "亿元保费投诉量" in figures
    assert "万人次投诉量" in figures
    assert browser.get("/service/elsewhere/").status_code == 200


def test_the_desk_is_set_up_in_the_browser():
    browser, _actor = client_of("contact_centre_director", unit=small_tree().head)
    person = make_user("杜晓峰", staff_no="T77777")
    browser.get("/service/settings/")
    desk = Desk.objects.get()
    form = {"name": "投诉组", "unit": desk.unit_id, "is_active": "on", "version": 0}

    wrong = browser.post("/service/settings/desk/new/", {**form, "members": "T77777 x"})
    made = browser.post(
        "/service/settings/desk/new/", {**form, "members": "-T77777 12 C_CLAIM", "supervisor": "t77777"}
    )
    rule = browser.post(
        "/service/settings/rule/new/",
        {"name": "投诉", "position": 10, "kinds": ["COMPLAINT"], "desk": desk.pk, "is_active": "on", "version": 0},
    )
    macro = browser.post(
        "/service/settings/macro/new/", {"name": "问候", "body": "您好 {customer}", "is_active": "on", "version": 0}
    )
    target = browser.post(
        "/service/settings/targets/", {"kind": "CONSULT", "first": 30, "solution": 20, "hours_key": "desk"}
    )

    assert (wrong.status_code, made.status_code, rule.status_code, macro.status_code) == (422, 302, 302, 302)
    assert target.status_code == 422
    member = DeskMember.objects.get()
    assert (member.user_id, member.capacity, member.skills, member.is_away) == (person.pk, 12, ["C_CLAIM"], True)
    assert RoutingRule.objects.get().kinds == ["COMPLAINT"]
    assert Macro.objects.filter(name="问候").exists()
    assert browser.post("/service/settings/macro/new/", {"name": "", "body": "", "version": 0}).status_code == 422
    assert browser.get(f"/service/settings/desk/{desk.pk}/").status_code == 200


def test_others_find_nothing(customer, seated):
    _browser, actor = seated
    order = make_order(actor, customer.pk, now=clock.now())
    west = client_of("contact_centre", unit=small_tree().west)[0]

    assert west.get(f"/service/orders/{order.pk}/").status_code == 404
    assert west.post(f"/service/orders/{order.pk}/act/take/").status_code == 404
    assert order.number not in text_of(west.get("/service/orders/"))
    assert client_of("auditor", unit=small_tree().head)[0].get("/service/orders/").status_code == 403


def test_orders_handed_on_from_the_list_come_back_by_one_click(customer):
    browser, actor = client_of("shift_leader", unit=small_tree().east)
    _other, receiver = client_of("contact_centre", unit=small_tree().east)
    desk = open_desk(actor, receiver)
    order = make_order(actor, customer.pk, now=clock.now())
    form = {"ids": [order.pk], "user": receiver.id, "desk": desk.pk, "reason": "均衡", "idempotency": "a" * 32}

    run = browser.post("/service/orders/list/bulk/order-transfer/run/", form, headers={"HX-Request": "true"})
    given = WorkOrder.objects.get().owner_id
    undo = BulkRun.objects.get()
    for _twice in range(2):
        browser.post(f"/lists/runs/{undo.pk}/undo/", headers={"HX-Request": "true"})

    back = WorkOrder.objects.get()
    assert run.status_code in (200, 204)
    assert given == receiver.id
    assert (back.owner_id, back.pool_id, back.status) == (None, desk.pk, "DISPATCHED")
    assert OrderEntry.objects.filter(act="untransfer").count() == 1


@pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics")
@pytest.mark.parametrize("key", ["work-orders", "work-order-archive"])
@pytest.mark.parametrize("place", ["head", "east", "east_city", "team_a"])
def test_every_order_and_filter_uses_an_index(key, place):
    _browser, actor = client_of("contact_centre", unit=getattr(small_tree(), place))
    open_desk(actor)
    values = {
        "no": "W1", "kind": ("COMPLAINT",), "state": ("WAITING",), "owner": ("me",), "pool": ("me",), "mark": ("LATE",),
        "closed": ("2026-03-01", "2026-03-02"), "due": ("2026-03-01", "2026-03-31"),
        "came": ("2026-03-01", "2026-03-31"), "unit": str(small_tree().east.pk),
    }  # fmt: skip
    spec = lists[key]
    known = {item.key for item in spec.filters}

    assert_list_uses_indexes(
        spec, actor, FilterContext(actor, clock.today()), {k: v for k, v in values.items() if k in known}, small=SMALL
    )
