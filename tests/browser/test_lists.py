"""Lists in a browser: keys, panel, filters, views, bulk with undo, export, themes, phone width (PLT-9, PLT-17)."""

from datetime import timedelta

import pytest

from keyuan.customers.models import CustomerSummary, Task
from keyuan.customers.testing import make_customer
from keyuan.organisation import testing
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform import clock
from tests.browser.accessibility import faults

PAGES = ("/customers/", "/customers/?q=9999", "/customers/interactions/", "/policies/")
NAMES = ("周国栋", "马文博", "许嘉宁", "唐秀英")


@pytest.fixture
def manager(transactional_db):
    """A manager of the eastern branch, and four customers of an agent there."""
    tree = testing.small_tree()
    agent = testing.make_actor("agent", unit=tree.team_a)
    testing.make_agent(tree.team_b, "高志远")
    for number, name in enumerate(NAMES):
        customer = make_customer(agent, name, phone=f"1861234140{number}")
        due = clock.today() + timedelta(days=number)
        CustomerSummary.objects.filter(pk=customer.pk).update(next_due_on=due, tier="GOLD" if number % 2 else "NORMAL")
    user = testing.make_user("陈立", staff_no="10001", password=testing.PASSWORD)
    post = testing.make_post("customer_resource_manager", user=user, unit=tree.east)
    return actor_of(testing.fresh(post))


@pytest.fixture
def tab(page, manager):
    """The manager's browser on the list of customers."""
    page.goto("/sign-in/")
    page.fill("[name=username]", "10001")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")
    page.goto("/customers/")
    return page


def names(tab):
    return tab.locator("tbody a[data-open]").all_inner_texts()


def test_keys_move_select_open_and_close(tab):
    for key in ("j", "j", "x", "j", "Shift+X"):
        tab.keyboard.press(key)

    tab.wait_for_selector("[data-bulkbar] >> text=已选 2 项")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#panel .section-title:has-text('许嘉宁')")
    tab.keyboard.press("Escape")

    assert tab.locator("#panel").is_hidden()
    assert tab.locator("tr.selected").count() == 2


def test_filter_changes_the_view_and_is_saved_as_a_new_one(tab):
    tab.click("summary:has-text('等级')")
    tab.check("input[name=tier][value=GOLD]")
    tab.click("details[open] >> text=应用")
    tab.wait_for_selector(".tabs .changed")
    assert names(tab) == ["马文博", "唐秀英"]
    assert "tier=GOLD" in tab.url

    tab.click("button:has-text('另存为')")
    tab.fill("#view-name", "黄金客户")
    tab.click("#list-dialog button[type=submit]")

    tab.wait_for_selector(".tabs .active:has-text('黄金客户')")
    assert names(tab) == ["马文博", "唐秀英"]


def test_sort_and_back_button_restore_the_screen(tab):
    assert names(tab) == list(NAMES)
    tab.click("th >> text=下期应交")
    tab.wait_for_selector("th[aria-sort=descending]")
    assert names(tab) == list(reversed(NAMES))

    tab.go_back()

    tab.wait_for_selector("th[aria-sort=ascending]")
    assert names(tab) == list(NAMES)


def test_nothing_matches_offers_to_clear_the_filters(tab):
    tab.fill("input[name=q]", "无此人")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[data-empty=no_match]")

    tab.click("[data-empty=no_match] a")

    tab.wait_for_selector("text=周国栋")


def test_bulk_task_says_how_many_qualify_and_is_taken_back_from_the_toast(tab):
    tab.check("[data-select-all]")
    tab.click("[data-bulkbar] >> text=建任务")
    tab.wait_for_selector("#list-dialog >> text=所选 4 条中，4 条可以执行")
    tab.fill("#list-dialog [name=title]", "保障检视")
    tab.click("#list-dialog button[type=submit]")
    tab.wait_for_selector(".toast >> text=已处理 4 条")
    assert Task.objects.filter(status="OPEN").count() == 4

    tab.click(".toast [data-undo]")

    tab.wait_for_selector(".toast >> text=已撤销")
    assert Task.objects.filter(status="OPEN").count() == 0


def test_assigning_keeps_the_dialog_until_the_person_is_known(tab):
    tab.check("[data-select-all]")
    tab.click("[data-bulkbar] >> text=分配")
    tab.fill("#list-dialog [name=agent]", "无此人")
    tab.fill("#list-dialog [name=reason]", "调整")
    tab.click("#list-dialog button[type=submit]")
    tab.wait_for_selector("#list-dialog .invalid-feedback")
    assert tab.input_value("#list-dialog [name=reason]") == "调整"

    tab.fill("#list-dialog [name=agent]", "高志远")
    tab.click("#list-dialog button[type=submit]")

    tab.wait_for_selector(".toast >> text=已处理 4 条")
    tab.wait_for_selector("tbody td:has-text('高志远')")


def test_columns_are_hidden_and_come_back(tab):
    tab.click("summary[aria-label='列']")
    tab.uncheck("[data-columns-menu] li[data-column=phone] input")
    tab.click("[data-columns-save]")
    tab.wait_for_selector("th[data-column=phone]", state="detached")

    tab.click("summary[aria-label='列']")
    tab.click("text=恢复默认")

    tab.wait_for_selector("th[data-column=phone]")


def test_export_asks_why_and_hands_the_file_out(tab):
    tab.click("[aria-label='导出']")
    tab.click("#list-dialog button[type=submit]")
    tab.wait_for_selector("#export-reason-error")
    tab.fill("#export-reason", "月度核对")
    tab.click("#list-dialog button[type=submit]")
    tab.wait_for_selector("#list-dialog a[download]")

    with tab.expect_download() as download:
        tab.click("#list-dialog a[download]")

    assert download.value.suggested_filename.endswith(".xlsx")


def test_masked_phone_is_all_that_reaches_the_browser(tab):
    assert "186****1400" in tab.content()
    assert "18612341400" not in tab.content()


@pytest.mark.parametrize("address", PAGES)
def test_lists_are_accessible_in_both_themes_and_on_a_phone(tab, address):
    assert faults(tab, address) == []
