"""The API's own pages in a browser: the documentation runs under the content policy, a key is shown once (PLT-14)."""

import pytest

from keyuan.organisation import testing
from keyuan.organisation.models import ApiKey


@pytest.fixture
def admin(transactional_db):
    """An administrator of the whole company."""
    user = testing.make_user("陈管理", staff_no="10001", password=testing.PASSWORD)
    testing.make_post("administrator", user=user, unit=testing.small_tree().head, is_primary=True)
    testing.default_role("customer_resource_manager")
    return user


@pytest.fixture
def signed_in(admin, page):
    """Her browser."""
    page.goto("/sign-in/")
    page.fill("[name=username]", "10001")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")
    return page


def test_the_documentation_draws_every_endpoint_without_breaking_the_policy(signed_in):
    said = []
    signed_in.on("console", lambda message: said.append(message.text) if message.type == "error" else None)

    signed_in.goto("/api/v1/docs")
    signed_in.wait_for_selector("#operations-Customers-list_customers")
    signed_in.click("#operations-Customers-list_customers button.opblock-summary-control")

    signed_in.wait_for_selector("text=The order; a minus turns it round")
    assert [text for text in said if "Content Security Policy" in text and "script" in text] == []


def test_a_client_is_made_and_its_key_is_shown_once(signed_in):
    signed_in.goto("/organisation/api-clients/")
    signed_in.click("text=新建接口客户端 >> nth=0")
    signed_in.fill("[name=name]", "核心系统")
    signed_in.select_option("[name=role]", label="客户资源管理岗")
    signed_in.select_option("[name=unit]", index=1)
    signed_in.click("[data-form] button[type=submit].btn-primary")
    signed_in.wait_for_selector("text=还没有密钥")
    signed_in.click("text=新建密钥")
    signed_in.select_option("[name=kind]", "KEY")
    signed_in.click("[data-form] button[type=submit].btn-primary")

    shown = signed_in.wait_for_selector("code >> text=kyk_").inner_text()
    assert ApiKey.objects.get().prefix == shown[:10]
    signed_in.click("text=我已告知")
    signed_in.wait_for_selector("code >> text=kyk_")
    assert shown not in signed_in.content()
