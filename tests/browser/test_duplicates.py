"""Import, duplicates, review, merge, undo: one customer's way through the browser (CUS-8; issue 4, item 3)."""

import pytest

from keyuan.customers.models import Customer, DuplicatePair, Merge
from keyuan.customers.testing import make_customer
from keyuan.organisation import testing
from keyuan.platform.jobs.drain import drain

FILE = "客户号,姓名,手机号,职业\r\nN1,周国栋,13800001402,教师\r\nN2,何美玲,13800001403,医生\r\n"


@pytest.fixture
def known(transactional_db):
    """A customer of the unit whose manager imports."""
    user = testing.make_user("周敏", staff_no="10017", password=testing.PASSWORD)
    testing.make_post("customer_resource_manager", user=user, unit=testing.small_tree().east_city)
    return make_customer(testing.make_actor("agent"), "周国栋", phone="13800001402")


def sign_in(page):
    page.goto("/sign-in/")
    page.fill("[name=username]", "10017")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".topbar")


def checked_import(page, file):
    """Send a file and let it be checked, with the mapping that is proposed."""
    file.write_text(FILE, encoding="utf-8")
    page.goto("/imports/new/")
    page.set_input_files("input[type=file]", str(file))
    page.click("main form button[type=submit]")
    page.wait_for_url("**/mapping/")
    page.click(".form-foot button[type=submit]")
    page.wait_for_selector("#import-run")
    drain()


def test_a_row_like_a_known_customer_is_compared_created_merged_and_taken_apart(page, known, tmp_path):
    sign_in(page)
    checked_import(page, tmp_path / "book.csv")

    page.click("text=比对并处理")
    page.wait_for_selector("text=姓名与电话相同")
    page.select_option("select[name=row-2]", "create")
    page.click("text=保存处理方式")
    page.wait_for_selector("text=已保存")
    page.click("text=返回导入")
    page.click("button[hx-post$='/start/']")
    page.wait_for_selector("#import-run[hx-get]")
    drain()
    page.wait_for_selector("text=已导入")
    made = Customer.objects.get(source_keys__key="N1")
    pair = DuplicatePair.objects.get(source="IMPORT", a_id=known.pk, b_id=made.pk)

    page.goto("/customers/duplicates/")
    page.click(f"a[href$='/duplicates/{pair.pk}/']")
    page.fill("#merge-reason", "同一人")
    page.click("button[data-hot=M]")
    page.wait_for_url("**/merges/*/")
    merge = Merge.objects.get(status="DONE")
    assert Customer.objects.get(pk=merge.loser_id).merged_into_id == merge.survivor_id

    page.fill("#undo-reason", "两个人")
    page.click("form[action$='/undo/'] .btn-primary")
    page.wait_for_selector("text=已撤销")
    assert set(Customer.objects.filter(merged_into=None).values_list("name", flat=True)) == {"周国栋", "何美玲"}
    assert Customer.objects.get(pk=merge.loser_id).status == Customer.Status.ACTIVE
