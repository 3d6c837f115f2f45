"""A contact in a browser: refused by the budget, put off, permitted the week after, written down (MKT-9, PLT-8)."""

from datetime import timedelta

import pytest

from keyuan.contact.models import DoNotContact, Permit
from keyuan.contact.services.permits import permit, use_permit
from keyuan.contact.testing import agree
from keyuan.customers.models import Interaction, Task
from keyuan.customers.testing import make_customer
from keyuan.organisation import testing
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform import clock
from tests.browser.test_customer_record import sign_in

TEN = timedelta(hours=10)


@pytest.fixture
def agent(transactional_db):
    user = testing.make_user("林晓岚", staff_no="10482", password=testing.PASSWORD)
    return actor_of(testing.fresh(testing.make_post("agent", user=user)))


@pytest.fixture
def monday(monkeypatch):
    """Ten in the morning, eight days ago; ``monday(8)`` is today."""
    start = clock.start_of(clock.today()) + TEN - timedelta(days=8)
    later = {"days": 0}
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=later["days"]))

    def move(days):
        later["days"] = days
        return clock.now()

    return move


@pytest.fixture
def customer(agent, monday):
    """A customer who agreed to be called, and was called three times this week."""
    made = make_customer(agent, "周国栋", phone="18612341402")
    agree(made.pk, channel="PHONE")
    for hours in (1, 25, 49):
        at = monday(0) - timedelta(hours=hours)
        granted = permit(actor=agent, customer_id=made.pk, channel="PHONE", purpose="MARKETING", now=at)
        use_permit(actor=agent, permit_id=granted.pk, now=at)
    return made


def ask(page, customer):
    page.goto(f"/customers/{customer.pk}/")
    page.get_by_role("link", name="发起联系").first.click()
    page.select_option("#form-contact [name=purpose]", "MARKETING")
    page.get_by_role("button", name="申请许可").click()


def test_a_contact_refused_by_the_budget_is_permitted_the_week_after(page, agent, customer, monday):
    monday(0)
    sign_in(page)
    ask(page, customer)
    refusal = page.locator(".contact-refusal")
    refusal.wait_for()
    assert "7 天内 3 次的联系额度已用尽" in refusal.inner_text()
    assert page.locator(".facts").first.inner_text().count("3 / 6") == 1
    page.get_by_role("button", name="届时提醒我").click()
    page.locator("text=已建任务").first.wait_for()
    assert Task.objects.get().due_at == Permit.objects.get(state="REFUSED").next_at

    monday(8)
    page.context.clear_cookies()
    sign_in(page)
    ask(page, customer)
    page.get_by_text("已许可，请登记结果").first.wait_for()
    page.select_option("[name=outcome]", "REACHED")
    page.fill("#form-contact [name=summary]", "介绍了养老规划，约定下月见面")
    page.get_by_role("button", name="登记联系").click()
    page.locator("text=介绍了养老规划").first.wait_for()

    entry = Interaction.objects.get()
    assert (entry.kind, entry.purpose, entry.direction) == ("CALL", "SALES", "OUT")
    assert Permit.objects.get(interaction_id=entry.pk).state == "USED"


def test_a_refusal_stands_in_the_head_at_once(page, agent, customer, monday):
    monday(0)
    sign_in(page)
    page.goto(f"/customers/{customer.pk}/?tab=contact")
    page.get_by_label("更多同意操作").click()
    page.get_by_role("link", name="登记禁联").first.click()
    page.select_option("#form-contact [name=channel]", "PHONE")
    page.fill("#form-contact [name=words]", "不要再打电话推销")
    page.get_by_role("button", name="登记拒绝").click()
    page.locator("text=不要再打电话推销").first.wait_for()
    page.reload()

    assert "禁电话营销" in page.locator(".cust-head").inner_text()
    assert DoNotContact.objects.get().words == "不要再打电话推销"
