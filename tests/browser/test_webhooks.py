"""Webhooks from the page to the receiver: subscribe, change a customer, verify what a real worker sent (PLT-14)."""

import re

import pytest
from standardwebhooks.webhooks import Webhook

from keyuan.api.models import WebhookDelivery, WebhookEndpoint
from keyuan.api.tests.receiver import receiving
from keyuan.customers.testing import make_customer
from keyuan.organisation import testing
from keyuan.platform.jobs.tests.test_kill import Worker, wait_for
from tests.browser.accessibility import faults, violations


@pytest.fixture
def receiver(monkeypatch, settings):
    settings.WEBHOOKS_ALLOWED = ["127.0.0.0/8"]
    monkeypatch.setenv("KEYUAN_WEBHOOKS_ALLOWED", "127.0.0.0/8")
    with receiving() as running:
        yield running


@pytest.fixture
def worker(receiver, transactional_db):
    running = Worker()
    yield running
    running.stop()


def sign_in(page, staff_no):
    page.goto("/sign-in/")
    page.fill("[name=username]", staff_no)
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")


def person(role, staff_no, unit):
    user = testing.make_user("林晓岚", staff_no=staff_no, password=testing.PASSWORD)
    return testing.make_post(role, user=user, unit=unit, is_primary=True)


def subscribe(page, receiver):
    """Subscribe in the page, after one address that is refused; return the secret and what axe says of its page."""
    page.goto("/webhooks/")
    page.click(".empty a:has-text('新增接收方')")
    page.fill("[name=name]", "财务总账")
    page.fill("[name=url]", "http://10.1.1.1/hook")
    page.check("[value='customer.updated']")
    page.click(".form-foot button[type=submit]")
    page.wait_for_selector(".error-summary")
    page.fill("[name=url]", receiver.url())
    page.click(".form-foot button[type=submit]")
    page.wait_for_selector("#webhook-secret")
    secret, wrong = page.inner_text("#webhook-secret"), violations(page)
    page.click("a:has-text('已妥善保存')")
    page.wait_for_selector("h1:has-text('财务总账')")
    return secret, wrong


def change(page, customer):
    """Change a customer as the agent does."""
    page.goto(f"/customers/{customer.pk}/edit/")
    page.fill("[name=employer]", "杭州云禾")
    page.click(".form-foot button[type=submit]")
    page.wait_for_url(re.compile(rf"/customers/{customer.pk}/$"))


def test_a_customer_changed_in_the_page_reaches_another_system(page, worker, receiver):
    tree = testing.small_tree()
    person("administrator", "10002", tree.head)
    agent = testing.actor_of(testing.fresh(person("agent", "10482", tree.team_a)))
    customer = make_customer(agent, "张三")
    sign_in(page, "10002")

    secret, wrong = subscribe(page, receiver)
    page.context.clear_cookies()
    sign_in(page, "10482")
    change(page, customer)
    wait_for(lambda: WebhookDelivery.objects.filter(status="TAKEN").count() == 1)
    page.context.clear_cookies()
    sign_in(page, "10002")
    for address in (
        f"/webhooks/{WebhookEndpoint.objects.get().pk}/",
        f"/webhooks/deliveries/{WebhookDelivery.objects.get().pk}/",
    ):
        wrong += faults(page, address)

    (request,) = receiver.received
    said = Webhook(secret).verify(request.body, request.headers)
    assert said["type"] == "customer.updated"
    assert [item["id"] for item in said["data"]["items"]] == [customer.pk]
    assert wrong == []
