"""Pages of call-backs: queue, call page with answers kept at once, result, panels, figures with drill-down (SRV-8)."""

from datetime import date, timedelta

import pytest

from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpCall
from keyuan.service.selectors.knowledge.search import Found
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.service.testing import open_desk
from keyuan.service.tests.follow_ups.conftest import by_day, make_new_policy
from keyuan.service.views.knowledge import beside

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def office_hours(monkeypatch):
    by_day(monkeypatch)


@pytest.fixture
def seated():
    """A browser of a representative who sits at the desk, and the actor."""
    browser, actor = client_of("contact_centre", unit=small_tree().east)
    seed(clock.now())
    open_desk(actor)
    return browser, actor


@pytest.fixture
def call(seated, agent_actor):
    """A call-back of a contract whose receipt was signed the day before yesterday, by the wall clock."""
    holder = make_customer(agent_actor, "周国栋", phone="13800001111", birth_on=date(1980, 5, 6))
    signed = clock.today() - timedelta(days=2)
    days = {"effective_on": signed, "issued_on": signed, "applied_on": signed, "receipt_signed_on": signed}
    policy = make_new_policy(agent_actor, holder, **days, now=clock.now())
    open_callbacks([policy.pk], now=clock.now())
    FollowUp.objects.update(next_at=clock.now())
    return FollowUp.objects.get()


def text_of(answer):
    return answer.content.decode()


def test_the_next_call_is_taken_asked_and_recorded(seated, call):
    browser, _actor = seated
    assert "周国栋" in text_of(browser.get("/service/follow-ups/?sort=due"))

    taken = browser.post("/service/follow-ups/next/")
    path = taken["Location"]
    shown = text_of(browser.get(path))
    begun = browser.post(f"{path}begin/", **HTMX)

    assert path == f"/service/follow-ups/{call.pk}/"
    assert "13800001111" not in shown
    assert "138****1111" in shown
    assert "1980" not in shown
    assert begun.status_code == 200
    assert "可以致电" in text_of(begun)
    for key in ("IDENTITY", "PURCHASE", "DOCUMENTS", "COVER", "SURRENDER", "COOLING_OFF", "PAYMENT"):
        kept = browser.post(f"{path}answers/{key}/", {"value": "YES"}, **HTMX)
        assert kept.status_code == 200
    kept = browser.post(f"{path}answers/BIRTH/", {"value": "1980-05-06"}, **HTMX)
    assert "与系统一致" in text_of(kept)
    form = {"result": "SUCCESS", "recording": "R-7", "token": "t-1"}
    first, second = browser.post(f"{path}result/", form), browser.post(f"{path}result/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    call.refresh_from_db()
    assert (call.status, FollowUpCall.objects.count()) == ("DONE", 1)
    assert "R-7" in text_of(browser.get(path))


def test_the_official_answer_to_the_question_at_hand_stands_beside_the_call(seated, call, monkeypatch):
    browser, _actor = seated
    sought = []
    monkeypatch.setattr(
        beside, "search_articles", lambda text, *_wish, **_more: sought.append(text) or Found([], False, text)
    )
    taken = browser.post("/service/follow-ups/next/")["Location"]
    address = f"/service/knowledge/beside/call/{call.pk}/"

    shown = text_of(browser.get(taken))
    for asked in ("", "?question=COOLING_OFF", "?question=unknown", "?question=COOLING_OFF&q=利息"):
        assert browser.get(f"{address}{asked}").status_code == 200

    assert address in shown
    assert [words[:7] for words in sought] == ["为核实您的身份", "您是否了解犹豫", "为核实您的身份", "利息"]
    west = client_of("contact_centre", unit=small_tree().west)[0]
    assert west.get(address).status_code == 404


def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(seated, call):
    browser, _actor = seated
    path = browser.post("/service/follow-ups/next/")["Location"]

    wrong = browser.post(f"{path}answers/BIRTH/", {"value": "6.5.80"}, **HTMX)
    early = browser.post(f"{path}result/", {"result": "SUCCESS", "note": "说了很多", "token": "t-2"})
    empty = browser.post(f"{path}result/", {"result": "APPOINTED", "token": "t-3"})
    typed = browser.post(f"{path}answers/REMARK/", {"value": "想了解分红"}, **HTMX)

    assert "请按客户所述填写完整的出生年月日" in text_of(wrong)
    assert early.status_code == empty.status_code == 422
    assert "说了很多" in text_of(early)
    assert "请填写预约时间" in text_of(empty)
    assert typed["HX-Reswap"] == "none"
    assert FollowUpAnswer.objects.get().value == ["想了解分红"]


def test_a_second_taker_is_told_and_a_seller_has_no_button(seated, call):
    browser, actor = seated
    other, _second = client_of("contact_centre", unit=small_tree().east)
    path = f"/service/follow-ups/{call.pk}/"
    browser.post(f"{path}take/")

    other.post(f"{path}take/")
    seller, _agent = client_of("agent", unit=small_tree().team_a)

    assert actor.name in text_of(other.get(path))
    call.refresh_from_db()
    assert call.owner_id == actor.id
    assert seller.post(f"{path}take/").status_code in (403, 404)
    browser.post(f"{path}back/")
    call.refresh_from_db()
    assert call.owner_id is None


def test_panels_show_what_there_is(seated, call):
    browser, _actor = seated

    for path in (
        f"/service/follow-ups/of-policy/{call.policy_id}/",
        f"/service/follow-ups/of-customer/{call.customer_id}/",
    ):
        assert "新契约回访" in text_of(browser.get(path))
    assert "新契约回访" in text_of(browser.get("/service/follow-ups/archive/"))


def test_figures_count_by_unit_and_lead_to_their_lists(call):
    browser, _actor = client_of("contact_centre_director", unit=small_tree().head)
    month = f"{call.start_on:%Y-%m}"
    done = {"status": "DONE", "is_open": False, "in_time": True, "calls": 2, "done_way": "PHONE", "read_way": "SMS"}
    FollowUp.objects.update(**done, asked_ways="SMS,PHONE")

    shown = browser.get(f"/service/follow-ups/figures/?month={month}")
    row = shown.context["rows"][0]
    below = browser.get(f"/service/follow-ups/figures/?month={month}&unit={small_tree().east.pk}")
    file = browser.get(f"/service/follow-ups/figures/?month={month}&format=csv")

    assert (row["row"].rate, row["row"].required, row["row"].calls_each) == (1.0, 1, 2.0)
    assert "新契约回访" in text_of(browser.get(row["links"]["in_time"]))
    assert "新契约回访" not in text_of(browser.get(row["links"]["too_late"])).split("<tbody")[-1].split("</tbody")[0]
    assert below.context["rows"][0]["row"].required == 1
    assert "浙江分公司,1,1,1.0000" in text_of(file)
    ways = {item["row"].way: item for item in shown.context["ways"]}
    assert {way: (one["row"].asked, one["row"].read, one["row"].answered) for way, one in ways.items()} == {
        "SMS": (1, 1, 0), "PHONE": (1, None, 1),
    }  # fmt: skip
    for way, name, held in (("SMS", "asked", True), ("SMS", "read", True), ("SMS", "by", False), ("PHONE", "by", True)):
        listed = text_of(browser.get(ways[way]["links"][name])).split("<tbody")[-1].split("</tbody")[0]
        assert ("新契约回访" in listed) is held
    others = browser.get(f"/service/follow-ups/figures/?month={month}&kind=VISIT")
    assert (others.context["rows"], others.context["ways"]) == ([], [])


SMALL = ("fu_sec", "fu_team", "fu_agent", "fu_sb_due", "fu_sb_next", "fu_sb_ever", "_customer_id_")


@pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics")
@pytest.mark.parametrize("key", ["follow-ups", "follow-up-archive"])
@pytest.mark.parametrize("role", ["contact_centre_director", "contact_centre"])
def test_every_order_and_filter_has_its_index(key, role, call):
    unit = small_tree().head if role.endswith("director") else small_tree().east
    _browser, actor = client_of(role, unit=unit)
    values = {
        "unit": f"2-{small_tree().east.pk}", "plan": (str(call.plan_id),), "pool": (str(call.desk_id),),
        "kind": ("CALLBACK",), "state": ("WAITING",), "owner": ("me",), "due": ("2026-03-01", "2026-03-02"),
        "start": ("2026-03-01", "2026-03-02"), "time": ("1",),
        "asked": ("SMS",), "read": ("SMS",), "by": ("PHONE",),
    }  # fmt: skip
    spec = lists[key]
    known = {item.key for item in spec.filters}
    values = {name: value for name, value in values.items() if name in known}

    assert_list_uses_indexes(spec, actor, FilterContext(actor, clock.today()), values, small=SMALL)
