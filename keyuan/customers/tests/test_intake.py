"""Importing customers: persons and organisations with all that a file says, and nothing it does not (PLT-9, CUS-1)."""

from datetime import date

import pytest

from keyuan.customers.events import CustomersChanged
from keyuan.customers.handlers import classify_the_new
from keyuan.customers.models import (
    Assignment,
    ContactPoint,
    Customer,
    CustomerSummary,
    IdentityDocument,
    NameGram,
    NameKey,
    OrganisationProfile,
    SourceKey,
)
from keyuan.customers.rules.drafts import ContactDraft, CustomerDraft, DocumentDraft
from keyuan.customers.services.archive import create_customer
from keyuan.customers.services.summary import refresh
from keyuan.customers.tests.books import NOW, OPERATOR, agent, clerk_of, counts, csv_bytes, import_file, issues, unit
from keyuan.kernel.identifiers import make_resident_id
from keyuan.platform.crypto import blind_index

pytestmark = pytest.mark.django_db
HEAD = ["客户号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "手机号", "邮箱", "联系地址", "职业"]
ADDRESS = "广东省深圳市南山区科技路1号"
ZENG = make_resident_id("440524", date(1988, 1, 1), 2)
LI = make_resident_id("110105", date(1990, 2, 28), 17)


def person(key, name, number="", mobile="", **more):
    cells = {"客户号": key, "姓名": name, "证件号码": number, "手机号": mobile, **more}
    return [cells.get(column, "") for column in HEAD]


BOOK = csv_bytes(
    HEAD,
    person("K1", "曾乐", ZENG, "13800001402", 邮箱="ZENG@example.com", 联系地址=ADDRESS, 职业="教师"),
    person("K2", "欧阳 锋", "", "+86 186-1234-1402", 性别="男"),
    person("K3", ""),
)


@pytest.fixture(autouse=True)
def head_office():
    return unit("HQ")


def customer(key):
    return Customer.objects.get(source_keys__key=key)


def test_a_chinese_file_in_the_encoding_of_excel_is_mapped_by_its_headings():
    data = BOOK.decode().encode("gb18030")

    done = import_file(data, "customers", "HQ")

    assert counts(done) == (3, 3, 0, 0, 0)
    zeng = customer("K1")
    assert zeng.field_sources == {"name": "IMPORT", "occupation": "IMPORT", "birth_on": "ID", "sex": "ID"}
    assert (zeng.name, zeng.sex, zeng.birth_on, zeng.occupation) == ("曾乐", "2", date(1988, 1, 1), "教师")
    assert zeng.documents.get().identity_number.equals(ZENG)
    kinds = zeng.contact_points.order_by("kind").values_list("kind", "source", "is_primary")
    assert list(kinds) == [("ADDRESS", "IMPORT", True), ("EMAIL", "IMPORT", True), ("MOBILE", "IMPORT", True)]
    assert customer("K2").name == "欧阳锋"


def test_what_the_source_does_not_know_stays_unknown():
    import_file(BOOK, "customers", "HQ")

    unknown = customer("K3")
    summary = unknown.summary

    assert (unknown.name, unknown.sex, unknown.birth_on) == ("", "", None)
    assert (summary.birth_md, summary.primary_phone_id, summary.has_contact) == (9999, None, False)
    assert not NameGram.objects.filter(customer=unknown).exists()
    assert not unknown.documents.exists()


@pytest.mark.parametrize("written", ["维吾尔族", "维吾尔", "05"])
def test_an_ethnic_group_is_read_as_files_write_it(written):
    data = csv_bytes(["客户号", "姓名", "民族"], ["K9", "买买提·吐尔逊", written])

    import_file(data, "customers", "HQ")

    assert customer("K9").ethnic_group == "05"


def columns_of(row, *leave):
    skipped = {"id", "customer_id", "primary_phone_id", "created_at", "updated_at", *leave}
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields if field.attname not in skipped}


def test_bulk_rows_are_those_that_the_service_makes():
    import_file(BOOK, "customers", "HQ")
    imported = customer("K1")
    draft = CustomerDraft(
        kind="P",
        fields={"name": "曾乐", "occupation": "教师"},
        contacts=(
            ContactDraft("MOBILE", "13800001402", source="IMPORT", is_primary=True),
            ContactDraft("EMAIL", "zeng@example.com", source="IMPORT", is_primary=True),
            ContactDraft("ADDRESS", ADDRESS, source="IMPORT", is_primary=True),
        ),
        documents=(DocumentDraft("111", ZENG),),
    )
    made = create_customer(actor=OPERATOR, draft=draft, now=NOW).customer

    assert columns_of(imported, "customer_no", "field_sources") == columns_of(made, "customer_no", "field_sources")
    for model in (NameGram, NameKey):
        rows = [
            {tuple(columns_of(row).items()) for row in model.objects.filter(customer=one)} for one in (imported, made)
        ]
        assert rows[0] == rows[1]
        assert rows[0]
    for model, order in ((ContactPoint, "kind"), (IdentityDocument, "document_type")):
        pairs = zip(
            model.objects.filter(customer=imported).order_by(order),
            model.objects.filter(customer=made).order_by(order),
            strict=True,
        )
        assert all(columns_of(left) == columns_of(right) for left, right in pairs)


def test_bulk_summaries_are_those_that_a_refresh_makes():
    import_file(BOOK, "customers", "HQ")
    classify_the_new(CustomersChanged(tuple(CustomerSummary.objects.values_list("pk", flat=True)), "CREATE"))
    before = {row.pk: columns_of(row) | {"phone": row.primary_phone_id} for row in CustomerSummary.objects.all()}

    refresh(before, NOW)

    after = {row.pk: columns_of(row) | {"phone": row.primary_phone_id} for row in CustomerSummary.objects.all()}
    assert before == after


def test_the_same_file_again_changes_nothing():
    import_file(BOOK, "customers", "HQ")
    versions = dict(Customer.objects.values_list("pk", "version"))

    again = import_file(BOOK, "customers", "HQ")

    assert counts(again) == (3, 0, 0, 3, 0)
    assert dict(Customer.objects.values_list("pk", "version")) == versions


def test_news_are_taken_and_what_is_left_out_stays():
    import_file(BOOK, "customers", "HQ")
    newer = csv_bytes(HEAD, person("K1", "曾乐乐", "", "13900001402"), person("K3", "单于", LI))

    done = import_file(newer, "customers", "HQ")

    assert counts(done) == (2, 0, 2, 0, 0)
    zeng = customer("K1")
    assert (zeng.name, zeng.occupation, zeng.birth_on) == ("曾乐乐", "教师", date(1988, 1, 1))
    assert zeng.contact_points.filter(kind="MOBILE").count() == 2
    assert zeng.summary.name == "曾乐乐"
    assert set(NameGram.objects.filter(customer=zeng).values_list("gram", flat=True)) == {"曾", "乐", "曾乐", "乐乐"}
    assert customer("K3").birth_on == date(1990, 2, 28)


def test_an_address_that_is_known_is_not_added_twice():
    import_file(BOOK, "customers", "HQ")
    newer = csv_bytes(HEAD, person("K1", "曾乐", 联系地址=ADDRESS, 职业="律师"))

    import_file(newer, "customers", "HQ")

    assert customer("K1").contact_points.filter(kind="ADDRESS").count() == 1


@pytest.mark.parametrize(
    "_case, cells, field, code",
    [
        ("check digit", {"证件号码": "44052419880101001X"}, "identity_number", "resident_id.checksum"),
        ("birth date", {"证件号码": ZENG, "出生日期": "1988-01-02"}, "identity_number", "resident_id.birth_mismatch"),
        ("sex", {"证件号码": ZENG, "性别": "男"}, "identity_number", "resident_id.sex_mismatch"),
        ("future", {"出生日期": "2999-01-01"}, "birth_on", "customer.birth_in_future"),
        ("29 February", {"出生日期": "1989-02-29"}, "birth_on", "import.date_unreal"),
        ("phone", {"手机号": "1380000140"}, "mobile", "phone.mobile_length"),
        ("fixed line as mobile", {"手机号": "010-62345678"}, "mobile", "contact.wrong_phone_kind"),
        ("e-mail", {"邮箱": "zeng"}, "email", "email.at"),
        ("sex's word", {"性别": "雌"}, "sex", "import.word"),
        ("passport as identity card", {"证件类型": "护照", "证件号码": "?"}, "identity_number", "document.pattern"),
    ],
)
def test_wrong_cells_are_named_and_nothing_of_the_row_is_kept(_case, cells, field, code):
    done = import_file(csv_bytes(HEAD, person("K9", "张三", **cells)), "customers", "HQ")

    assert issues(done) == [(2, field, code)]
    assert Customer.objects.count() == 0


def test_a_leap_day_birthday_is_a_day_like_any_other():
    import_file(csv_bytes(HEAD, person("K9", "张三", 出生日期="1988-02-29")), "customers", "HQ")

    assert customer("K9").summary.birth_md == 229


def test_organisations_have_their_profile():
    head = ["客户号", "企业名称", "统一社会信用代码", "法定代表人", "员工人数", "注册资本"]
    row = ["G1", "金山科技有限公司", "91350100M000100Y43", "单雄信", "120", "3.5万"]

    done = import_file(csv_bytes(head, row), "customers", "HQ")

    assert counts(done) == (1, 1, 0, 0, 0)
    made = customer("G1")
    profile = OrganisationProfile.objects.get(customer=made)
    assert (made.kind, made.summary.kind, profile.uscc) == ("O", "O", "91350100M000100Y43")
    assert (profile.legal_representative, profile.employees, profile.registered_capital) == ("单雄信", 120, 3_500_000)


def test_rows_with_a_servicing_agent_stand_with_the_agent(head_office):
    branch = unit("B1", 2, head_office)
    lin = agent("A001", branch)
    head = ["客户号", "姓名", "业务员工号"]

    done = import_file(csv_bytes(head, ["K1", "曾乐", "A001"], ["K2", "李四", "A999"]), "customers", "HQ")

    assert issues(done) == [(3, "agent_no", "import.agent_unknown")]
    summary = customer("K1").summary
    assert (summary.branch_id, summary.servicing_agent_id, summary.is_orphan) == (branch.pk, lin.pk, False)
    open_row = Assignment.objects.get(customer=customer("K1"))
    assert (open_row.agent_id, open_row.unit_id, open_row.reason) == (lin.pk, branch.pk, "IMPORT")


def test_a_known_identity_number_under_a_new_key_is_the_same_customer():
    import_file(BOOK, "customers", "HQ")

    done = import_file(csv_bytes(HEAD, person("OTHER", "曾乐", ZENG.lower())), "customers", "HQ")

    assert counts(done) == (1, 0, 1, 0, 0)
    assert set(SourceKey.objects.filter(customer=customer("K1")).values_list("key", flat=True)) == {"K1", "OTHER"}


def test_without_keys_the_identity_number_finds_the_customer_and_stands_nowhere_in_the_clear():
    data = csv_bytes(["姓名", "身份证号"], ["曾乐", ZENG])

    first, again = import_file(data, "customers", "HQ"), import_file(data, "customers", "HQ")

    assert (counts(first), counts(again)) == ((1, 1, 0, 0, 0), (1, 0, 0, 1, 0))
    assert ZENG not in SourceKey.objects.get().key
    assert IdentityDocument.objects.get().number_index == blind_index("identity_number", ZENG)


def test_customers_of_another_branch_are_neither_changed_nor_matched(head_office, monkeypatch):
    north, south = unit("N", 2, head_office), unit("S", 2, head_office)
    import_file(BOOK, "customers", "N", actor=clerk_of(north, monkeypatch))

    other = csv_bytes(HEAD, person("K1", "改名"), person("X9", "曾乐", ZENG))
    done = import_file(other, "customers", "S", actor=clerk_of(south, monkeypatch))

    assert issues(done) == [(2, "customer_key", "import.out_of_reach")]
    assert counts(done) == (2, 1, 0, 0, 1)
    assert customer("K1").name == "曾乐"
    assert customer("X9").pk != customer("K1").pk


def test_rows_with_neither_key_nor_document_are_known_by_file_and_row():
    same = ["李四", "", "13800001402"]
    data = csv_bytes(["姓名", "身份证号", "手机号"], ["曾乐", ZENG, ""], same, same)

    first, again = import_file(data, "customers", "HQ"), import_file(data, "customers", "HQ")

    assert (counts(first), counts(again)) == ((3, 3, 0, 0, 0), (3, 0, 0, 3, 0))
    assert SourceKey.objects.filter(key__in=["book:3", "book:4"]).count() == 2
