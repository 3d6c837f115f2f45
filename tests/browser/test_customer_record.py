"""The customer's record in a browser: entering, two editors, an expired session, revealing, timeline, phone, keys
(CUS-1, CUS-3, CUS-7, CUS-12, PLT-4, PLT-5, PLT-17)."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from keyuan.customers.models import Customer, Interaction, Task
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.testing import make_customer
from keyuan.organisation import testing
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform import clock
from keyuan.platform.models import ReadEvent
from tests.browser.accessibility import faults

NUMBER = "11010519491231002X"


@pytest.fixture
def agent(transactional_db):
    """An agent with a password."""
    user = testing.make_user("林晓岚", staff_no="10482", password=testing.PASSWORD)
    return actor_of(testing.fresh(testing.make_post("agent", user=user)))


@pytest.fixture
def customer(agent):
    """A customer with a document, a phone, contacts of two months and a task due today."""
    made = make_customer(agent, "周国栋", phone="18612341402", identity_number=NUMBER, occupation="工程监理")
    now = clock.now()
    for days, kind, summary in ((1, "CALL", "呼出未接通"), (2, "SMS", "续期提醒短信已送达"), (40, "VISIT", "上门拜访")):
        draft = InteractionDraft(kind, "OUT", now - timedelta(days=days), summary)
        record_interaction(actor=agent, customer_id=made.pk, draft=draft, now=now)
    Task.objects.create(
        customer=made, kind="GRACE", title="宽限期最后一天", reason="康宁重疾第 6 期未交", stake=1_286_000,
        due_at=clock.end_of(clock.today()), agent_id=agent.scope.agent_id, created_at=now,
    )  # fmt: skip
    return made


def sign_in(page):
    page.goto("/sign-in/")
    page.fill("[name=username]", "10482")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".topbar")
    return page


@pytest.fixture
def tab(page, agent):
    """The agent's browser."""
    return sign_in(page)


def test_a_wrong_number_is_named_mended_and_saved(tab):
    tab.goto("/customers/enter/")
    tab.fill("[name=name]", "陈思远")
    number = tab.locator("[name=documents-0-number]")
    number.fill("110105194912310021")
    number.press("Tab")
    tab.wait_for_selector("text=身份证号第 18 位校验不符，请核对后重新输入")

    number.fill(NUMBER)
    number.press("Tab")
    tab.wait_for_function("() => document.querySelector('[name=birth_on]').value === '1949-12-31'")
    tab.fill("[name=contacts-0-value]", "1861234140")
    tab.click(".form-foot .btn-primary")
    tab.wait_for_selector("[data-error-summary] >> text=手机号为 10 位，应为 11 位")
    assert tab.input_value("[name=name]") == "陈思远"
    assert tab.locator(".form-sections .has-errors").all_inner_texts() != []

    tab.fill("[name=contacts-0-value]", "18612341402")
    tab.fill("[name=documents-0-number]", NUMBER)
    tab.click(".form-foot .btn-primary")

    tab.wait_for_selector("h1:has-text('陈思远')")
    assert tab.locator("text=186****1402").first.is_visible()
    assert Customer.objects.get().sex == "2"


def test_rows_come_and_go_without_a_page_load(tab):
    tab.goto("/customers/enter/")
    rows = tab.locator("[data-rows=contacts] > .form-row")
    before = rows.count()

    tab.click("text=添加联系方式")
    added = rows.count()
    tab.locator("[data-rows=contacts] > .form-row >> nth=-1").locator("[data-remove-row]").click()

    assert (added, rows.count()) == (before + 1, before)


def test_a_saved_number_is_not_asked_about(tab):
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.goto("/customers/enter/")
    tab.fill("[name=name]", "陈思远")
    tab.fill("[name=documents-0-number]", NUMBER)
    tab.click("main button:has-text('保存')")
    tab.wait_for_selector(".cust-head")

    assert asked == []


def test_a_draft_survives_leaving_the_page(tab):
    tab.goto("/customers/enter/")
    tab.fill("[name=name]", "陈思远")
    tab.click("text=添加需求")
    tab.fill("[name=needs-0-note]", "父母养老")
    tab.wait_for_timeout(700)

    tab.goto("/customers/today/")
    tab.goto("/customers/enter/")

    tab.wait_for_selector("text=已恢复")
    assert tab.input_value("[name=name]") == "陈思远"
    assert tab.input_value("[name=needs-0-note]") == "父母养老"


def test_two_editors_see_both_values_and_choose(tab, customer):
    other = tab.context.new_page()
    for page in (tab, other):
        page.goto(f"/customers/{customer.pk}/edit/")
    other.fill("[name=occupation]", "教师")
    other.click(".form-foot .btn-primary")
    other.wait_for_url(f"**/customers/{customer.pk}/")

    tab.fill("[name=occupation]", "医生")
    tab.click(".form-foot .btn-primary")
    tab.wait_for_selector("text=您编辑期间，他人已保存该客户")
    assert Customer.objects.get().occupation == "教师"
    tab.check("input[name='choose:occupation'][value=theirs]")
    tab.click(".form-foot .btn-primary")

    tab.wait_for_url(f"**/customers/{customer.pk}/")
    assert Customer.objects.get().occupation == "教师"


def test_a_session_that_ends_in_the_middle_loses_nothing(tab, customer):
    tab.goto(f"/customers/{customer.pk}/edit/")
    tab.fill("[name=occupation]", "医生")
    Session.objects.all().delete()
    tab.click(".form-foot .btn-primary")
    tab.wait_for_selector("#session-expired[open]")

    with tab.context.expect_page() as opened:
        tab.click("#session-expired a.btn-primary")
    sign_in(opened.value)
    tab.wait_for_selector("#session-expired", state="hidden")
    assert tab.input_value("[name=occupation]") == "医生"
    tab.click(".form-foot .btn-primary")

    tab.wait_for_url(f"**/customers/{customer.pk}/")
    assert Customer.objects.get().occupation == "医生"


def test_pressing_save_twice_makes_one_customer(tab):
    tab.goto("/customers/enter/")
    tab.fill("[name=name]", "陈思远")
    tab.dblclick(".form-foot .btn-primary")

    tab.wait_for_selector("h1:has-text('陈思远')")
    assert Customer.objects.count() == 1


def test_a_field_is_edited_in_place_with_the_keyboard(tab, customer):
    tab.goto(f"/customers/{customer.pk}/")
    cell = tab.locator("[data-edit][data-name=occupation]")
    cell.focus()
    cell.press("F2")
    tab.locator(".edit-box input").fill("教师")
    tab.keyboard.press("Enter")

    tab.wait_for_selector("[data-name=occupation] >> text=教师")
    tab.wait_for_function("() => !document.querySelector('.edit-saving')")
    assert Customer.objects.get().occupation == "教师"


def test_a_phone_is_revealed_with_a_reason_and_hidden_on_leaving(tab, customer):
    tab.goto(f"/customers/{customer.pk}/")
    assert "18612341402" not in tab.content()

    tab.locator("#panel-archive [data-reveal]").first.click()
    tab.fill("#confirm-reason", "续期提醒")
    tab.click("#confirm [data-verb]")

    tab.wait_for_selector("text=18612341402")
    event = ReadEvent.objects.get(action="reveal")
    assert (event.reason, event.customer_id) == ("续期提醒", customer.pk)


def test_the_timeline_is_narrowed_by_chip_and_by_words(tab, customer):
    tab.goto(f"/customers/{customer.pk}/")
    tab.click("#panel-timeline .chip:has-text('拜访')")
    tab.wait_for_selector("#panel-timeline .chip.on:has-text('拜访')")
    assert tab.locator("#panel-timeline .tl .fw-medium").all_inner_texts() == ["上门拜访"]

    tab.click("#panel-timeline .chip:has-text('全部')")
    tab.wait_for_selector("#panel-timeline .chip.on:has-text('全部')")
    tab.wait_for_load_state("networkidle")
    tab.wait_for_timeout(200)
    tab.fill("#panel-timeline input[name=q]", "短信")
    tab.keyboard.press("Enter")

    tab.wait_for_function("() => document.querySelectorAll('#panel-timeline .tl').length === 1")
    assert tab.locator("#panel-timeline .tl .fw-medium").all_inner_texts() == ["续期提醒短信已送达"]


def test_a_contact_is_recorded_in_a_dialog_and_appears_at_once(tab, customer):
    tab.goto(f"/customers/{customer.pk}/")
    tab.click(".cust-head a[data-hotkey=comment]")
    tab.wait_for_selector("#dialog[open]")
    tab.fill("#dialog [name=summary]", "已接通，约周五上门")
    tab.click("#dialog .btn-primary")

    tab.wait_for_selector("#panel-timeline >> text=已接通，约周五上门")
    tab.wait_for_selector("#dialog", state="hidden")
    assert Interaction.objects.filter(summary="已接通，约周五上门").exists()


def test_keys_open_the_dialog_and_the_form(tab, customer):
    tab.goto(f"/customers/{customer.pk}/")
    tab.keyboard.press("c")
    tab.wait_for_selector("#dialog[open] >> text=记录往来")
    tab.keyboard.press("Escape")
    tab.wait_for_selector("#dialog", state="hidden")

    tab.keyboard.press("e")

    tab.wait_for_url("**/edit/")


def test_a_task_is_done_from_today_and_taken_back(tab, customer):
    tab.goto("/customers/today/")
    tab.click(".task .menu summary")
    tab.click(".task .menu-item:has-text('完成')")
    tab.wait_for_selector("text=没有待处理的事项")
    assert Task.objects.get().status == "DONE"

    tab.click("[data-undo]")

    tab.wait_for_selector(".task >> text=宽限期最后一天")
    assert Task.objects.get().status == "OPEN"


def test_every_panel_loads_when_it_is_scrolled_to(tab, customer):
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(f"/customers/{customer.pk}/")
    tab.wait_for_load_state("networkidle")
    panels = tab.eval_on_selector_all(".slot", "found => found.map(panel => panel.id)")
    waiting = tab.locator(".slot .skeleton").count()

    for panel in panels:
        tab.locator(f"#{panel}").scroll_into_view_if_needed()
        tab.wait_for_selector(f"#{panel} .skeleton", state="detached")

    assert len(panels) > 10
    assert waiting > 3


def test_a_panel_that_cannot_load_says_so_and_tries_again(tab, customer):
    tab.route("**/files/", lambda route: route.abort())
    tab.goto(f"/customers/{customer.pk}/")
    tab.locator("#panel-files").scroll_into_view_if_needed()
    tab.wait_for_selector("#panel-archive >> text=档案")
    tab.unroute("**/files/")

    tab.evaluate("htmx.trigger(document.getElementById('panel-files'), 'retry')")

    tab.wait_for_selector("#panel-files >> text=暂无文件")


@pytest.mark.parametrize("part", ["today/", "{}/", "{}/edit/", "{}/?tab=family", "{}/?tab=changes", "{}/print/"])
def test_pages_fit_and_are_accessible_in_both_themes_and_widths(part, tab, customer):
    assert faults(tab, "/customers/" + part.format(customer.pk)) == []
