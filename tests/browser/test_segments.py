"""The builder of segments in a browser: by keyboard, counted live, faults beside their rows (CUS-6, PLT-17)."""

import pytest
from playwright.sync_api import expect

from keyuan.customers.models import CustomerSummary, Segment, Task
from keyuan.customers.services.segments import is_member
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.organisation import testing
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.mart.testing import snapshot_here
from keyuan.platform.models.tracked_job import TrackedJob


@pytest.fixture
def tab(page, transactional_db, settings, tmp_path):
    """A manager's browser on an empty builder; two of the three customers are golden."""
    settings.VAR_DIR = tmp_path
    tree = testing.small_tree()
    agent = testing.make_actor("agent", unit=tree.team_a)
    for number, name in enumerate(("周国栋", "何美玲", "孙平")):
        customer = make_customer(agent, name)
        CustomerSummary.objects.filter(pk=customer.pk).update(tier="GOLD" if number else "")
    user = testing.make_user("陈立", staff_no="10001", password=testing.PASSWORD)
    testing.make_post("customer_resource_manager", user=user, unit=tree.east)
    snapshot_here(clock.now())
    page.goto("/sign-in/")
    page.fill("[name=username]", "10001")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")
    page.goto("/customers/segments/new/")
    return page


def gold_by_keyboard(tab):
    """Add the condition "tier is gold" without the mouse."""
    tab.focus("[data-role=add-row]")
    tab.keyboard.press("Enter")
    tab.select_option("[data-role=field]:focus", "tier")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.locator(".seg-pick[open] input").first).to_be_focused()
    tab.focus(".seg-pick input[value=GOLD]")
    tab.keyboard.press("Space")
    expect(tab.locator(".seg-pick input[value=GOLD]")).to_be_checked()
    tab.keyboard.press("Escape")


def test_a_condition_built_by_keyboard_is_counted_and_sampled_live(tab):
    gold_by_keyboard(tab)

    expect(tab.locator("#segment-count .seg-total")).to_have_text("2")
    expect(tab.locator("#segment-count")).to_contain_text("何美玲")


def test_what_is_missing_is_said_beside_its_row_and_nothing_is_lost(tab):
    tab.fill("[name=name]", "未完成")
    tab.click("[data-role=add-row]")
    tab.select_option("[data-role=field]", "annual_premium")
    tab.click("button[value=save]")

    expect(tab.locator(".seg-row .seg-fault")).to_be_visible()
    assert tab.input_value("[name=name]") == "未完成"
    assert tab.input_value("[data-role=field]") == "annual_premium"
    assert Segment.objects.count() == 0


def test_rows_move_into_groups_and_come_back_when_removed(tab):
    gold_by_keyboard(tab)
    tab.click(".seg-root > .seg-adding [data-role=add-group]")
    tab.locator(".seg-root > ol > li > .seg-row [data-role=down]").click()
    expect(tab.locator(".seg-group .seg-group .seg-row")).to_have_count(2)

    tab.locator(".seg-group .seg-group [data-role=remove]").first.click()
    tab.click("[data-seg-undo] button")

    expect(tab.locator(".seg-row")).to_have_count(2)


def test_a_segment_is_saved_reopened_changed_and_worked_on_as_a_list(tab):
    gold_by_keyboard(tab)
    expect(tab.locator("#segment-count .seg-total")).to_have_text("2")
    tab.fill("[name=name]", "金客户")
    tab.click("button[value=save]")
    expect(tab.locator("h1")).to_have_text("金客户")
    segment = Segment.objects.get()

    tab.goto(f"/customers/segments/{segment.pk}/edit/")
    expect(tab.locator("[data-role=field]")).to_have_value("tier")
    tab.fill("[name=name]", "金客户（上海）")
    tab.click("button[value=save]")
    expect(tab.locator("h1")).to_have_text("金客户（上海）")
    tab.click("form[action$='/keep/'] button")
    tab.wait_for_load_state()
    job = TrackedJob.objects.latest("pk")
    run_job(job.pk, job.step)
    # Whoever is no longer golden has left the list of the night, and the live check at once.
    CustomerSummary.objects.filter(name="孙平").update(tier="")
    tab.goto(f"/customers/?view=all&segment={segment.pk}")
    tab.check("[data-select-all]")
    tab.click("[data-bulkbar] >> text=建任务")
    tab.fill("#list-dialog [name=title]", "保障检视")
    tab.click("#list-dialog button[type=submit]")
    tab.wait_for_selector(".toast")

    assert Segment.objects.get().version == 2
    assert {task.customer.name for task in Task.objects.filter(title="保障检视")} == {"何美玲", "孙平"}
    pks = list(CustomerSummary.objects.values_list("pk", flat=True))
    now = is_member(Segment.objects.get(), pks, actor=system_actor("test"), today=clock.today(), now=clock.now())
    assert [CustomerSummary.objects.get(pk=pk).name for pk in now] == ["何美玲"]
