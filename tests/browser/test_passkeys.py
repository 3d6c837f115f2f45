"""A passkey is made on a device and signs in from there, in a real browser (PLT-5)."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from keyuan.organisation import testing

#: A device with a screen lock that keeps passkeys and lets its owner through.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def person(transactional_db):
    tree = testing.small_tree()
    user = testing.make_user("林晓岚", staff_no="10482", password=testing.PASSWORD)
    testing.make_post("claims_handler", user=user, unit=tree.east)
    return user


@pytest.fixture
def device(page):
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    return wire, wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def test_a_passkey_is_made_and_signs_in_without_a_password(page, person, device):
    page.goto(reverse("organisation:sign-in"))
    page.fill("[name=username]", "10482")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")

    page.goto(reverse("organisation:passkey-new"))
    page.fill("[name=label]", "办公电脑")
    page.get_by_role("button", name="创建通行密钥").click()
    expect(page.get_by_role("cell", name="办公电脑")).to_be_visible()

    page.context.clear_cookies()
    page.goto(reverse("organisation:sign-in"))
    page.get_by_role("link", name="通行密钥").click()
    page.get_by_role("button", name="使用通行密钥").click()
    page.wait_for_selector(".navbar-vertical")
    page.goto(reverse("organisation:account"))
    expect(page.get_by_role("cell", name="办公电脑")).to_be_visible()


def test_a_device_that_does_not_answer_leaves_a_sentence_and_the_password(page, person, device):
    wire, name = device
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})

    page.goto(reverse("organisation:passkey-sign-in"))
    page.get_by_role("button", name="使用通行密钥").click()

    expect(page.locator("[data-passkey-problem]")).to_contain_text("设备没有完成验证")
    expect(page.get_by_role("link", name="用密码登录")).to_be_visible()
