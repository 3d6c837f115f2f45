"""Signing in and the organisation's pages in a browser: look, keyboard, both themes, phone width (PLT-5, PLT-17)."""

import pytest

from keyuan.organisation import testing
from keyuan.organisation.models import Unit
from tests.browser.accessibility import faults

PAGES = (
    "/organisation/units/",
    "/organisation/people/",
    "/organisation/people/new/",
    "/organisation/roles/",
    "/organisation/sign-in/",
    "/me/",
    "/me/second-factor/",
)


@pytest.fixture
def admin(transactional_db):
    """An administrator who signs in with a password and holds a second post."""
    tree = testing.small_tree()
    user = testing.make_user("陈管理", staff_no="10001", password=testing.PASSWORD)
    testing.make_post("administrator", user=user, unit=tree.head, is_primary=True)
    testing.make_post("claims_handler", user=user, unit=tree.east)
    return user


def sign_in(page, password=testing.PASSWORD):
    page.goto("/sign-in/")
    page.fill("[name=username]", "10001")
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")


def test_a_wrong_password_is_told_and_the_right_one_lets_in(admin, page):
    sign_in(page, "wrong")
    page.wait_for_selector("text=密码不正确，还可尝试 4 次。请检查大小写后重新输入")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_selector(".navbar-vertical")
    assert "/sign-in/" not in page.url


def test_a_person_with_two_posts_switches_in_the_menu(admin, page):
    sign_in(page)
    page.wait_for_selector(".me summary")
    assert page.locator(".navbar-vertical >> text=角色").count() == 1

    page.click(".me summary")
    page.click(".me .menu-item:has-text('理赔员 浙江分公司')")

    page.wait_for_selector(".brand small:has-text('浙江分公司')")
    assert page.locator(".navbar-vertical >> text=角色").count() == 0


def test_a_unit_is_added_moved_and_found_in_the_tree(admin, page):
    sign_in(page)
    page.wait_for_selector(".navbar-vertical")
    tree = testing.small_tree()
    page.goto(f"/organisation/units/{tree.section.pk}/move/")
    page.select_option("[name=target]", str(tree.east_county.pk))
    page.click("text=预览受影响的数据")
    page.click("text=确认调整")

    page.wait_for_selector(".tree .leaf.active:has-text('西湖营业部')")
    assert Unit.objects.get(pk=tree.team_a.pk).sub_branch_id == tree.east_county.pk


def test_locking_asks_for_the_reason(admin, page):
    other = testing.make_post("claims_handler", unit=testing.small_tree().east).user
    sign_in(page)
    page.wait_for_selector(".navbar-vertical")
    page.goto(f"/organisation/people/{other.pk}/")
    page.click("button:has-text('锁定')")
    page.fill("#confirm-reason", "调查")
    page.click("#confirm button[value=yes]")

    page.wait_for_selector("text=账号已锁定")
    other.refresh_from_db()
    assert not other.is_active


def test_the_sign_in_page_has_no_faults(transactional_db, page):
    assert faults(page, "/sign-in/") == []


def test_the_pages_of_the_organisation_have_no_faults(admin, page):
    sign_in(page)
    page.wait_for_selector(".navbar-vertical")

    assert [line for address in PAGES for line in faults(page, address)] == []
