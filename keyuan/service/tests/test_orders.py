"""Orders through the services: way, guards, clocks, scope, claiming, merging, leavers (SRV-1 to SRV-3)."""

from datetime import datetime, timedelta

import pytest

from keyuan.customers.models import CustomerSummary
from keyuan.customers.services.standards.defaults import seed_standard
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.clocks import Clock
from keyuan.platform.clocks.hours import ZONE
from keyuan.platform.clocks.scanning import scan
from keyuan.platform.models import Notice
from keyuan.service.models import Category, Desk, OrderEntry, RoutingRule, WorkOrder
from keyuan.service.rules import machine
from keyuan.service.selectors.orders import orders_visible_to
from keyuan.service.services import claiming, linking, moving, talking
from keyuan.service.services.keeping_data import collect, erase, give_back_all, order_ends
from keyuan.service.services.setting_up import save_target
from keyuan.service.testing import MORNING, clerk, make_order, open_desk
from keyuan.service.views.acts import ACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return clerk()


@pytest.fixture
def desk(worker):
    return open_desk(worker)


@pytest.fixture
def customer(agent_actor):
    return make_customer(agent_actor, "周国栋")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def finish(worker, order, *, until="close"):
    steps = {
        "take": lambda: claiming.take(actor=worker, order_id=order.pk, now=MORNING),
        "resolve": lambda: moving.resolve(actor=worker, order_id=order.pk, solution="按条款第 5 条", now=MORNING),
        "tell": lambda: moving.tell(actor=worker, order_id=order.pk, how="PHONE", text="已说明", now=MORNING),
        "confirm": lambda: moving.confirm(actor=worker, order_id=order.pk, how="CUSTOMER", now=MORNING),
        "close": lambda: moving.close(
            actor=worker, order_id=order.pk, conclusion="客户认可", cause="COMMUNICATION", now=MORNING
        ),
    }
    for name, step in steps.items():
        step()
        if name == until:
            break
    order.refresh_from_db()
    return order


def test_an_order_has_number_owner_clocks_and_history_from_the_beginning(worker, desk, customer):
    order = make_order(worker, customer.pk)

    assert (order.status, order.desk_id, order.pool_id, order.owner_id) == ("DISPATCHED", desk.pk, desk.pk, None)
    assert order.number.startswith("W")
    assert order.servicing_agent_id == customer.summary.servicing_agent_id
    assert (order.due_key, order.due_at) == ("FIRST", at("2026-03-16 12:00"))
    assert [row.act for row in OrderEntry.objects.order_by("pk")] == ["receive", "classify", "dispatch"]


def test_the_whole_way_to_closing(worker, desk):
    order = finish(worker, make_order(worker))

    assert (order.status, order.is_open, order.pool_id, order.due_at) == ("CLOSED", False, None, None)
    assert str(order.closed_on) == "2026-03-16"
    assert {clock.key: clock.state for clock in Clock.objects.all()} == {"FIRST": "STOPPED", "SOLUTION": "STOPPED"}
    reopened = moving.reopen(actor=worker, order_id=order.pk, reason="客户再次来电", now=MORNING + timedelta(hours=1))
    assert (reopened.status, reopened.reopened, reopened.pool_id) == ("DISPATCHED", 1, desk.pk)
    assert Clock.objects.get(key="SOLUTION").state == "RUNNING"


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"kind": "PRIVACY"}, "order.kind"),
        ({"contact_channel": "FAX"}, "order.channel"),
        ({"title": " "}, "order.title"),
        ({"priority": 9}, "order.priority"),
        ({"subtype": "X"}, "order.subtype"),
        ({"caller_name": " "}, "order.nobody"),
        ({"received_at": MORNING + timedelta(days=1)}, "order.in_future"),
        ({"received_at": MORNING.replace(year=1999)}, "order.long_ago"),
        ({"policy_id": 1}, "order.policy"),
    ],
)
def test_what_cannot_be_taken_in_is_refused(worker, desk, changes, code):
    with pytest.raises(Refused) as refused:
        make_order(worker, **changes)

    assert refused.value.code == code
    assert not WorkOrder.objects.exists()


def test_a_double_click_takes_in_one_order(worker, desk):
    assert make_order(worker, token="t-1").pk == make_order(worker, token="t-1").pk
    assert WorkOrder.objects.count() == 1


DATA = {
    "give_back": {"reason": "x"}, "wait": {"reason": "DOCUMENTS", "note": ""}, "resume": {"note": ""},
    "resolve": {"solution": "x"}, "rework": {"reason": "x"}, "tell": {"how": "LETTER", "text": "x"},
    "confirm": {"how": "CUSTOMER", "note": ""}, "close": {"conclusion": "x", "cause": "OTHER"},
    "reopen": {"reason": "x"}, "withdraw": {"reason": "x"}, "take": {},
}  # fmt: skip


@pytest.mark.parametrize("state", machine.STATES)
def test_acts_that_do_not_exist_are_refused_and_change_nothing(worker, desk, state):
    order = make_order(worker)
    place = {"status": state, "is_open": state in machine.OPEN, "owner_id": worker.id, "told_how": "LETTER"}
    WorkOrder.objects.filter(pk=order.pk).update(**place)
    before = OrderEntry.objects.count()

    for act, data in DATA.items():
        if machine.target_of(act, state) is None and not (act == "take" and state == "IN_PROGRESS"):
            with pytest.raises(Conflict):
                ACTS[act].run(worker, order.pk, data, MORNING)

    assert WorkOrder.objects.filter(pk=order.pk, **place).exists()
    assert OrderEntry.objects.count() == before


def test_the_loser_is_told_who_took_it(worker, desk):
    other = clerk()
    order = make_order(worker)
    claiming.take(actor=worker, order_id=order.pk, now=MORNING)

    with pytest.raises(Conflict) as refused:
        claiming.take(actor=other, order_id=order.pk, now=MORNING)

    assert (refused.value.code, refused.value.params["by"]) == ("order.taken", worker.name)


def test_the_next_one_is_the_first_by_priority_and_tier(worker, desk, customer):
    seed_standard(MORNING.date(), MORNING)
    CustomerSummary.objects.filter(pk=customer.pk).update(tier="PLATINUM")
    plain, urgent = make_order(worker), make_order(worker, priority=1)
    valued = make_order(worker, customer.pk)

    taken = [claiming.take_next(actor=worker, now=MORNING).pk for _number in range(3)]

    assert taken == [urgent.pk, valued.pk, plain.pk]
    assert claiming.take_next(actor=worker, now=MORNING) is None


def test_the_tier_hastens_the_first_response_for_real(worker, desk, customer):
    seed_standard(MORNING.date(), MORNING)
    CustomerSummary.objects.filter(pk=customer.pk).update(tier="DIAMOND")

    order = make_order(worker, customer.pk)

    assert order.due_at == at("2026-03-16 10:01")


def test_targets_of_a_category_go_before_those_of_the_kind(worker, desk):
    director = make_actor("contact_centre_director", unit=small_tree().head)
    save_target(
        actor=director, kind="REQUEST", category_code="AFTER_SALE", tier="", first=30, solution=60, hours_key="hotline",
        now=MORNING,
    )  # fmt: skip

    order = make_order(worker, kind="REQUEST", category="AS_COPY")

    assert order.due_at == at("2026-03-16 10:30")
    with pytest.raises(Forbidden):
        save_target(
            actor=worker, kind="REQUEST", category_code="", tier="", first=1, solution=2, hours_key="desk", now=MORNING
        )


def test_waiting_for_the_customer_pauses_the_clocks(worker, desk):
    order = finish(worker, make_order(worker), until="take")
    waiting = moving.wait(actor=worker, order_id=order.pk, reason="DOCUMENTS", now=at("2026-03-16 11:00"))
    assert (waiting.is_paused, waiting.due_at) == (True, None)

    going = moving.resume(actor=worker, order_id=order.pk, now=at("2026-03-17 08:30"))

    assert (going.is_paused, going.due_at) == (False, at("2026-03-17 09:30"))


def test_handing_on_what_waits_lets_only_paused_clocks_run(worker, desk):
    order = finish(worker, make_order(worker), until="take")
    talking.say(actor=worker, order_id=order.pk, kind="REPLY", text="请补充资料", now=MORNING)
    moving.wait(actor=worker, order_id=order.pk, reason="DOCUMENTS", now=MORNING)

    later = MORNING + timedelta(hours=1)
    claiming.hand_on(actor=worker, order_ids=[order.pk], user_id=None, desk_id=desk.pk, reason="交班", now=later)

    assert {clock.key: clock.state for clock in Clock.objects.all()} == {"FIRST": "STOPPED", "SOLUTION": "RUNNING"}


def test_an_answer_stops_the_first_clock(worker, desk):
    order = finish(worker, make_order(worker), until="take")

    talking.say(actor=worker, order_id=order.pk, kind="REPLY", text="正在核实", now=MORNING)

    order.refresh_from_db()
    assert (order.responded_at, order.due_key) == (MORNING, "SOLUTION")


def test_warning_and_escalation_reach_the_right_people_once(worker, desk):
    supervisor, manager = clerk("shift_leader"), make_actor("management", unit=small_tree().head)
    Desk.objects.filter(pk=desk.pk).update(supervisor_id=supervisor.id)
    type(small_tree().head).objects.filter(pk=small_tree().head.pk).update(manager_id=manager.id)
    order = finish(worker, make_order(worker), until="take")
    Notice.objects.all().delete()

    for moment in ("2026-03-16 11:59", "2026-03-16 13:31", "2026-03-16 13:32", "2026-03-17 17:31"):
        scan(at(moment))

    order.refresh_from_db()
    told = list(Notice.objects.order_by("pk").values_list("code", "user_id"))
    assert order.mark == "LATE"
    assert told == [
        ("order.warned", worker.id),
        *sorted([("order.late", worker.id), ("order.late", supervisor.id)], key=lambda pair: pair[1]),
        *((code, user) for code, user in told[3:]),
    ]
    assert {user for code, user in told[3:] if code == "order.late"} == {worker.id, supervisor.id, manager.id}
    assert OrderEntry.objects.filter(kind="CLOCK").count() >= 3


def test_orders_are_handed_on_with_a_reason(worker, desk):
    supervisor, other = clerk("shift_leader"), clerk()
    open_desk(other)
    orders = [make_order(worker).pk for _number in range(2)]

    with pytest.raises(Forbidden):
        claiming.hand_on(actor=worker, order_ids=orders, user_id=other.id, desk_id=None, reason="忙", now=MORNING)
    claiming.hand_on(actor=supervisor, order_ids=orders, user_id=other.id, desk_id=None, reason="均衡", now=MORNING)

    assert set(WorkOrder.objects.values_list("owner_id", "pool_id")) == {(other.id, None)}
    assert Notice.objects.filter(code="order.given", user_id=other.id).count() == 2
    with pytest.raises(Refused, match=r"order\.no_seat"):
        claiming.hand_on(
            actor=supervisor, order_ids=orders, user_id=supervisor.id, desk_id=None, reason="x", now=MORNING
        )


def test_a_handing_on_is_undone_where_nothing_happened_since(worker, desk):
    supervisor, other = clerk("shift_leader"), clerk()
    open_desk(other)
    waits, held, taken = (make_order(worker).pk for _number in range(3))
    for order in (waits, held):
        claiming.take(actor=worker, order_id=order, now=MORNING)
    moving.wait(actor=worker, order_id=waits, reason="DOCUMENTS", now=MORNING)
    ids = [waits, held, taken]
    handed = claiming.hand_on(
        actor=supervisor, order_ids=ids, user_id=other.id, desk_id=None, reason="均衡", now=MORNING
    )
    claiming.take(actor=other, order_id=taken, now=MORNING)

    with pytest.raises(Forbidden):
        claiming.take_back(actor=worker, handed=handed, now=MORNING)
    counts = [claiming.take_back(actor=supervisor, handed=handed, now=MORNING) for _twice in range(2)]

    rows = {row.pk: (row.status, row.owner_id, row.is_paused) for row in WorkOrder.objects.all()}
    assert counts == [2, 0]
    assert rows == {
        waits: ("WAITING", worker.id, True), held: ("IN_PROGRESS", worker.id, False),
        taken: ("IN_PROGRESS", other.id, False),
    }  # fmt: skip
    assert OrderEntry.objects.filter(act="untransfer").count() == 2
    assert Notice.objects.filter(code="order.came_back", user_id=worker.id).count() == 2


def test_a_rule_pushes_to_the_least_loaded(worker, desk):
    other = clerk()
    open_desk(other)
    RoutingRule.objects.create(name="推送", desk=desk, is_pushed=True, kinds=["CONSULT"])

    owners = [make_order(worker).owner_id for _number in range(4)]

    assert sorted(owners) == sorted([worker.id, other.id] * 2)


def test_merging_keeps_the_history_and_ends_the_work(worker, desk, customer):
    one, other = make_order(worker, customer.pk), make_order(worker, customer.pk)
    stranger = make_order(worker)

    linking.merge(actor=worker, order_id=one.pk, into_id=other.pk, reason="同一事项", now=MORNING)

    one.refresh_from_db()
    assert (one.status, one.merged_into_id, one.is_open) == ("MERGED", other.pk, False)
    assert OrderEntry.objects.filter(order=other, code="merged_in").exists()
    with pytest.raises(Refused, match=r"order\.other_customer"):
        linking.merge(actor=worker, order_id=stranger.pk, into_id=other.pk, reason="", now=MORNING)


def test_a_parent_is_never_its_own_child_and_is_left_again(worker, desk):
    one, other = make_order(worker), make_order(worker)
    for _press in range(2):
        linking.set_parent(actor=worker, order_id=one.pk, parent_id=other.pk, now=MORNING)

    with pytest.raises(Refused, match=r"order\.circle"):
        linking.set_parent(actor=worker, order_id=other.pk, parent_id=one.pk, now=MORNING)
    for _press in range(2):
        linking.leave_parent(actor=worker, order_id=one.pk, now=MORNING)

    one.refresh_from_db()
    lines = OrderEntry.objects.filter(order__in=[one, other], code__in=["parent", "child", "parent_left", "child_left"])
    assert one.parent_id is None
    assert list(lines.order_by("pk").values_list("code", flat=True)) == ["parent", "child", "parent_left", "child_left"]


def test_pressing_reaches_owner_and_supervisor(worker, desk):
    agent = make_actor("agent")
    order = finish(worker, make_order(worker), until="take")
    Notice.objects.all().delete()

    claiming.chase(actor=clerk("shift_leader"), order_id=order.pk, now=MORNING)

    order.refresh_from_db()
    assert order.chased == 1
    assert list(Notice.objects.values_list("code", "user_id")) == [("order.chased", worker.id)]
    with pytest.raises(NotFound):
        claiming.chase(actor=agent, order_id=order.pk, now=MORNING)


def test_others_see_no_orders(worker, desk, customer):
    order = make_order(worker, customer.pk)
    west = clerk(unit=small_tree().west)

    assert not orders_visible_to(west, now=MORNING).exists()
    with pytest.raises(NotFound):
        claiming.take(actor=west, order_id=order.pk, now=MORNING)
    with pytest.raises(Forbidden):
        make_order(make_actor("quality_inspector", unit=small_tree().east))


def test_a_leavers_orders_go_back_to_the_desk(worker, desk):
    order = finish(worker, make_order(worker), until="take")

    give_back_all(worker, worker.id, now=MORNING)

    order.refresh_from_db()
    assert (order.owner_id, order.pool_id, order.status) == (None, desk.pk, "DISPATCHED")


def test_what_is_kept_and_taken_out_of_a_customer(worker, desk, customer):
    order = make_order(worker, customer.pk, description="想了解分红")
    assert order_ends([customer.pk], MORNING.date())[customer.pk].year == 9999
    finish(worker, order)

    assert len(collect(customer.pk)["work_orders"]) == 1
    assert str(order_ends([customer.pk], MORNING.date())[customer.pk]) == "2026-03-16"
    assert erase(customer.pk, True, MORNING)["work_order"] == 1
    order.refresh_from_db()
    assert (order.title, order.description) == ("", "")


def test_an_unclassified_order_waits_for_its_category(worker, desk):
    order = make_order(worker, category="")
    assert order.status == "RECEIVED"

    category = Category.objects.get(code="CONSULT_PRODUCT")
    moving.classify(actor=worker, order_id=order.pk, category_id=category.pk, kind="CONSULT", now=MORNING)

    order.refresh_from_db()
    assert (order.status, order.category_id) == ("DISPATCHED", category.pk)
