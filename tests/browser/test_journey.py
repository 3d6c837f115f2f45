"""One customer's matter from the application to the review of a complaint, each step by the role concerned
(POL-10, POL-2, SRV-8, SRV-1, SRV-4)."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.organisation import testing
from keyuan.platform import clock
from keyuan.policies.models import Application, Policy
from keyuan.policies.testing import make_product
from keyuan.products.models import ProductQuestion
from keyuan.products.rules.pricing import RateKey
from keyuan.products.rules.rate_checks import RateLine
from keyuan.products.services.rates import RateDraft, keep_table, release_table
from keyuan.service.models import Complaint, FollowUp, WorkOrder
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.seeding import seed as seed_plans
from keyuan.service.testing import open_desk

PEOPLE = {
    "agent": "20001", "underwriter": "20002", "policy_clerk": "20003", "contact_centre": "20004",
    "complaint_handler": "20005", "contact_centre_director": "20006",
}  # fmt: skip
#: Hours in which people are called.
DAY = (9, 20)


@pytest.fixture
def staff(transactional_db):
    """One person for each role of the branch; those of the desk sit at it."""
    tree = testing.small_tree()
    actors = {}
    for role, number in PEOPLE.items():
        user = testing.make_user(f"员工{number}", staff_no=number, password=testing.PASSWORD)
        unit = tree.head if role == "contact_centre_director" else tree.east
        more = {"agent": testing.make_agent(unit=tree.team_a)} if role == "agent" else {}
        post = testing.make_post(role, user=user, unit=tree.team_a if more else unit, is_primary=True, **more)
        actors[role] = testing.actor_of(testing.fresh(post))
    open_desk(*(actors[role] for role in ("contact_centre", "complaint_handler", "contact_centre_director")))
    return actors


@pytest.fixture
def holder(staff):
    return make_customer(staff["agent"], "周国栋", phone="13800001111", birth_on=date(1980, 6, 14))


@pytest.fixture
def product(staff):
    made = make_product(
        "JR", kind="LIFE", sales_channels=[], pay_modes=["05"], issue_age_min=18, issue_age_max=60,
        pay_terms=[["Y", 20]], cover_terms=[["O", 0]], need_tags=["LIFE"], cooling_off_days=15,
    )  # fmt: skip
    lines = [RateLine(age, RateKey(age=age), 10_000_000 + age * 100_000) for age in range(18, 61)]
    table = keep_table(system_actor("test"), made, RateDraft("2026 版", date(2020, 1, 1)), lines, ["age"], clock.now())
    release_table(actor=system_actor("other"), table_id=table.pk, version=1, now=clock.now())
    ProductQuestion.objects.create(product=made, code="HOSPITAL", text="近两年是否住院", adverse=["YES"])
    return made


@pytest.fixture(autouse=True)
def by_day(monkeypatch):
    """Serve as by day where the tests run at night: then nobody may be called."""
    running = clock.now
    now = running()
    if not DAY[0] <= now.hour < DAY[1]:
        ahead = now.replace(hour=10) - now
        monkeypatch.setattr(clock, "now", lambda: running() + ahead)


@pytest.fixture
def seats(browser, live_server, staff):
    """A browser for each role, signed in when first asked for."""
    contexts, tabs = [], {}

    def seat(role):
        if role not in tabs:
            context = browser.new_context(
                base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )  # fmt: skip
            context.set_default_timeout(20_000)
            contexts.append(context)
            tab = tabs[role] = context.new_page()
            tab.goto("/sign-in/")
            tab.fill("[name=username]", PEOPLE[role])
            tab.fill("[name=password]", testing.PASSWORD)
            tab.keyboard.press("Enter")
            tab.wait_for_selector(".navbar-vertical")
        return tabs[role]

    yield seat
    for context in contexts:
        context.close()


def step(tab, order_id, act, **fields):
    """Open the form of an act, fill it and send it."""
    tab.goto(f"/service/orders/{order_id}/act/{act}/")
    for name, value in fields.items():
        field = tab.locator(f"#form-order [name={name}]").first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "checkbox":
            tab.check(f"#form-order [name={name}][value={value}]")
        else:
            field.fill(value)
    tab.click("#form-order button[type=submit]")
    tab.wait_for_url(re.compile(rf"/service/orders/{order_id}/$"))


def test_from_application_to_the_review_of_a_complaint(seats, staff, holder, product):
    policy = issued(seats, holder, product)
    order = called_back(seats, staff, policy)
    complaint = complained(seats, order, holder)
    decided(seats, complaint)
    reviewed(seats, complaint)

    found = Complaint.objects.get(pk=complaint)
    assert (found.order.status, found.term, found.decision) == ("CLOSED", 30, "PARTLY")
    assert found.reviews.get().outcome == "UPHELD"
    assert found.extensions.get().status == "APPROVED"
    expect(seats("complaint_handler").locator(".status").first).to_have_text("已关闭")


def issued(seats, holder, product):
    """The agent applies, the underwriter accepts, the clerk takes the money, issues and records the receipt."""
    application = applied_for(seats("agent"), product)
    underwritten(seats("underwriter"), application)
    return in_force(seats("policy_clerk"), application)


def applied_for(agent, product):
    """Fill the application in and hand it in."""
    agent.goto(f"/policies/applications/new/?product={product.pk}")
    agent.locator("[name=holder]").press_sequentially("周国栋")
    agent.wait_for_selector(".choose-list [data-option]")
    agent.keyboard.press("ArrowDown")
    agent.keyboard.press("Enter")
    fields = {
        "effective_on": clock.today().isoformat(), "sum_insured": "100000", "yearly_income": "300000",
        "budget": "20000", "signed_on": clock.today().isoformat(),
    }  # fmt: skip
    for name, value in fields.items():
        agent.fill(f"[name={name}]", value)
    for name, value in {"cover_term": "O", "pay_term": "Y20", "pay_mode": "05", "signed_how": "PAPER"}.items():
        agent.select_option(f"[name={name}]", value)
    agent.check("[name=purposes][value=LIFE]")
    agent.select_option("[name=q_HOSPITAL]", "NO")
    agent.click("main form[data-form] button[type=submit]")
    agent.wait_for_url(re.compile(r"/policies/applications/\d+/$"))
    application = Application.objects.get()
    with agent.expect_navigation():
        agent.click("form[action$='/acts/SUBMIT/'] button")
    return application


def underwritten(judge, application):
    """Take the case and accept it as it is."""
    judge.goto(f"/policies/applications/{application.pk}/")
    with judge.expect_navigation():
        judge.click("form[action$='/acts/TAKE/'] button")
    judge.goto(f"/policies/applications/{application.pk}/acts/CONCLUDE/")
    judge.click("main form[data-form] button[type=submit]")
    judge.wait_for_url(re.compile(rf"/applications/{application.pk}/$"))


def in_force(clerk, application):
    """Take the premium, issue the contract and record its receipt."""
    clerk.goto(f"/policies/applications/{application.pk}/acts/PAY/")
    clerk.click("main form[data-form] button[type=submit]")
    clerk.wait_for_url(re.compile(rf"/applications/{application.pk}/$"))
    clerk.goto(f"/policies/applications/{application.pk}/acts/ISSUE/")
    clerk.click("main form[data-form] button[type=submit]")
    clerk.wait_for_url(re.compile(r"/policies/\d+/$"))
    policy = Policy.objects.get()
    clerk.goto(f"/policies/{policy.pk}/receipt/")
    clerk.fill("[name=signed_on]", clock.today().isoformat())
    clerk.click("main form[data-form] button[type=submit]")
    clerk.wait_for_url(re.compile(rf"/policies/{policy.pk}/([?#].*)?$"))
    policy.refresh_from_db()
    assert policy.cooling_off_until == clock.today() + timedelta(days=15)
    return policy


def called_back(seats, staff, policy):
    """The representative calls back, an answer is not as required, and the problem becomes a work order."""
    seed_plans(clock.now())
    open_callbacks([policy.pk], now=clock.now())
    found = FollowUp.objects.get(policy=policy)
    tab = seats("contact_centre")
    tab.goto("/service/follow-ups/")
    tab.goto(f"/service/follow-ups/{found.pk}/")
    with tab.expect_navigation():
        tab.click("button[data-hotkey=assign]")
    tab.click("#fu-number form button")
    expect(tab.locator("#fu-number [role=status]")).to_be_visible()
    birth = tab.locator("#fu-questions input[type=date]")
    birth.fill("1980-06-14")
    expect(tab.locator("fieldset:has(input[type=date])[data-answered]")).to_have_count(1)
    tab.check("#form-outcome [name=result][value=PROBLEM]")
    tab.fill("#form-outcome [name=note]", "客户称不知道退保会有损失")
    tab.click("#form-outcome button[type=submit]:not([name=next])")
    expect(tab.locator("dl.pairs a[href^='/service/orders/']")).to_be_visible()
    found.refresh_from_db()
    assert (found.status, found.order.customer_id) == ("PROBLEM", policy.holder_id)
    return found.order


def complained(seats, order, holder):
    """The representative opens the problem's order and takes in the complaint that the customer makes of it."""
    tab = seats("contact_centre")
    tab.goto(f"/service/orders/{order.pk}/")
    tab.goto(f"/service/of-customer/{holder.pk}/new/")
    tab.select_option("[name=kind]", "COMPLAINT")
    tab.select_option("[name=category]", label="　销售纠纷")
    tab.fill("[name=title]", "投保时未说明退保损失")
    tab.select_option("[name=capacity]", "SELF")
    tab.fill("[name=callback_phone]", "13800138000")
    tab.click("main form[data-form] button[type=submit]")
    tab.wait_for_url(re.compile(r"/service/orders/\d+/$"))
    return WorkOrder.objects.get(kind="COMPLAINT").pk


def decided(seats, pk):
    """The handler asks for time, the director grants it, the handler decides and answers in writing."""
    handler, director = seats("complaint_handler"), seats("contact_centre_director")
    handler.goto(f"/service/orders/{pk}/")
    with handler.expect_navigation():
        handler.click("button[data-hotkey=assign]")
    step(handler, pk, "acknowledge", how="LETTER", text="投诉已受理")
    step(handler, pk, "extend", reason="需向销售人员核实")
    step(director, pk, "decide-extension", approve="1", note="同意")
    step(
        handler, pk, "decide", outcome="PARTLY", facts="核对了回访录音", basis="保险销售行为管理办法第二十五条",
        remedies="REVIEW", compensation="200",
    )  # fmt: skip
    step(handler, pk, "resolve", solution="补发产品说明书，补偿 200 元")
    step(handler, pk, "tell", how="LETTER", text="答复书已寄出")


def reviewed(seats, pk):
    """The customer wants a review; the director, who did not decide, reviews; the handler closes."""
    handler, director = seats("complaint_handler"), seats("contact_centre_director")
    step(handler, pk, "review", reason="客户认为补偿不足")
    step(director, pk, "decide-review", outcome="UPHELD", answer="维持原处理决定")
    step(handler, pk, "confirm", how="CUSTOMER")
    step(handler, pk, "close", conclusion="客户接受", cause="MISLEADING_SALE")
    handler.goto(f"/service/orders/{pk}/")
