"""The protection gap on a phone: customer, questionnaire, back and forth, result, proposal filled in (ANA-8)."""

from datetime import date

import pytest
from playwright.sync_api import expect

from keyuan.analytics.models import GapResult
from keyuan.customers.testing import make_customer
from keyuan.organisation import testing
from keyuan.organisation.testing import actor_of, fresh
from tests.browser.accessibility import overflow

ANSWERS = {"income": "300000", "spouse_income": "100000"}


@pytest.fixture
def adviser(transactional_db):
    """An agent who can sign in."""
    user = testing.make_user("林晓岚", staff_no="10482", password=testing.PASSWORD)
    return actor_of(fresh(testing.make_post("agent", user=user, is_primary=True)))


@pytest.fixture
def phone(adviser, page):
    """The adviser's phone, signed in."""
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/sign-in/")
    page.fill("[name=username]", "10482")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def begin(page, customer):
    """Open the customer and begin in the panel, which stands far down on a phone and loads when it is scrolled to."""
    page.goto(f"/customers/{customer.pk}/")
    page.wait_for_load_state("networkidle")
    page.locator("#panel-gap").scroll_into_view_if_needed()
    page.click("#panel-gap a:has-text('开始测算')")
    page.wait_for_url("**/ask/")


def go_on(page, step):
    page.click("text=保存并继续")
    page.wait_for_url(f"**step={step}")


def tell_family_and_work(page):
    """Answer the first two steps; sex and birth are known from the archive and not asked."""
    expect(page.locator("[name=sex]")).to_have_count(0)
    page.check("[name=partner][value=YES]")
    page.fill("[name=children]", "5")
    go_on(page, "WORK")
    for name, typed in ANSWERS.items():
        page.fill(f"[name={name}]", typed)
    page.check("[name=occupation_class][value='1']")
    page.check("[name=social_insurance][value=YES]")
    page.click("text=保存并继续")
    # Means are not kept before the customer was told what for; nothing typed is lost.
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    expect(page.locator("[name=income]")).to_have_value("300000")
    page.check("[name=told]")
    go_on(page, "MEANS")


def test_from_the_customer_to_a_proposal_on_a_phone(phone, adviser):
    customer = make_customer(adviser, "周国栋", sex="1", birth_on=date(1990, 5, 1))
    begin(phone, customer)
    tell_family_and_work(phone)

    phone.fill("[name=mortgage]", "800000")
    phone.check("[name=rest_unsaid]")
    phone.click("text=保存并返回")
    phone.wait_for_url("**step=WORK&all=1")
    expect(phone.locator("[name=income]")).to_have_value("300000")
    go_on(phone, "ELSEWHERE")
    for step in ("WISHES", "REVIEW"):
        phone.check("[name=rest_unsaid]")
        go_on(phone, step)
    wide = [overflow(phone)]
    phone.click("text=开始计算")
    phone.wait_for_selector("[data-chart] svg")
    wide.append(overflow(phone))
    phone.locator(".gap-buys a").first.click()
    phone.wait_for_url("**/policies/proposals/new/**")

    result = GapResult.objects.get()
    assert wide == [0, 0]
    assert f"customer={customer.pk}" in phone.url
    assert "sum=200000000" in phone.url
    assert (result.first_kind, result.life_stage) == ("MEDICAL", "YOUNG_FAMILY")
