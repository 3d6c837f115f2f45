"""Policies in a browser: enter one by typing and choosing, take a step, record money, phone width (POL-1 to POL-3)."""

from datetime import date

import pytest
from django.urls import reverse

from keyuan.customers.testing import make_customer
from keyuan.organisation import testing
from keyuan.platform import clock
from keyuan.policies.models import Payment, Policy
from keyuan.policies.services.deliveries.reading import share_policy
from keyuan.policies.testing import make_policy, make_product
from tests.browser.accessibility import faults


@pytest.fixture
def clerk(transactional_db):
    """A clerk of the branch, an agent's customer, and a product."""
    tree = testing.small_tree()
    user = testing.make_user("陈保全", staff_no="10002", password=testing.PASSWORD)
    testing.make_post("policy_clerk", user=user, unit=tree.east, is_primary=True)
    return user


@pytest.fixture
def holder(clerk):
    return make_customer(testing.make_actor("agent"), "周国栋", birth_on=date(1980, 6, 14))


@pytest.fixture
def policy(holder):
    agent = testing.make_actor("agent")
    return make_policy(agent, holder, now=clock.now())


@pytest.fixture
def desk(clerk, page):
    """The clerk's browser, signed in."""
    page.goto("/sign-in/")
    page.fill("[name=username]", "10002")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")
    return page


def choose(page, name, typed):
    page.locator(f"[name={name}]").press_sequentially(typed)
    page.wait_for_selector(".choose-list [data-option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_policy_is_entered_by_typing_and_choosing(desk, holder):
    product = make_product("KN")
    desk.goto("/policies/")
    desk.click("a:has-text('录入保单')")
    desk.wait_for_selector("#form-policy-new")
    choose(desk, "holder", "zgd")
    assert desk.input_value("[name=holder]") == f"周国栋 {holder.customer_no}"
    assert desk.locator("#policy-vehicle").is_hidden()
    desk.select_option("[name=product]", str(product.pk))
    desk.fill("[name=issued_on]", clock.today().isoformat())
    desk.fill("[name=premium]", "12860")
    desk.fill("[name=pay_term]", "20")
    desk.click("button:has-text('添加受益人')")
    desk.fill("[name=beneficiaries-0-name]", "周雨桐")
    desk.fill("[name=beneficiaries-0-share]", "99")
    desk.click("#form-policy-new button[type=submit]")
    desk.wait_for_selector(".error-summary >> text=份额合计 99%")

    desk.fill("[name=beneficiaries-0-share]", "100")
    desk.click("#form-policy-new button[type=submit]")
    desk.wait_for_selector("h1:has-text('康宁终身重疾')")

    entered = Policy.objects.get()
    assert (entered.holder_id, entered.premium) == (holder.pk, 1_286_000)
    assert desk.locator("td:has-text('周雨桐')").count() == 1


def test_step_asks_for_its_reason(desk, policy):
    desk.goto(f"/policies/{policy.pk}/steps/CLAIM_END/")
    desk.click("#form-policy button[type=submit]")
    desk.wait_for_selector(".invalid-feedback:has-text('原因')")
    desk.fill("[name=reason]", "身故赔付")
    desk.click("#form-policy button[type=submit]")

    desk.wait_for_selector(".status:has-text('终止')")
    assert Policy.objects.get().termination_reason == "02"


def test_payment_settles_what_is_due(desk, policy):
    desk.goto(f"/policies/{policy.pk}/?tab=premiums")
    desk.click("a:has-text('登记交费')")
    desk.fill("[name=amount]", "12,860")
    desk.click("#form-policy button[type=submit]")

    desk.wait_for_selector("tr:has-text('12,860.00') >> text=已交")
    assert Payment.objects.get().amount == 1_286_000


def test_pages_of_policies_have_no_faults(desk, policy):
    pages = (
        "",
        "?tab=premiums",
        "?tab=history",
        "?tab=files",
        "beneficiaries/",
        "agent/",
        "steps/CLAIM_END/",
        "print/",
    )
    addresses = ["/policies/", "/policies/new/", *(f"/policies/{policy.pk}/{page}" for page in pages)]

    assert [line for address in addresses for line in faults(desk, address)] == []


def test_a_holder_confirms_the_e_policy_by_its_link_and_that_is_the_receipt(page, policy):
    agent = testing.make_actor("agent")
    Policy.objects.filter(pk=policy.pk).update(servicing_agent_id=agent.scope.agent_id)
    _link, token = share_policy(actor=agent, policy_id=policy.pk, days=7, now=clock.now())

    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(reverse("policies:shared-policy", args=[token]))
    page.click("main.paper form button[type=submit]")
    page.wait_for_selector("#confirmed")

    policy.refresh_from_db()
    assert policy.receipt_signed_on == clock.today()
