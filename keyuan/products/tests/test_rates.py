"""Rate tables: reading, holes, doubles, release by a second person, exact premiums naming table and row (PRD-2)."""

import io
from datetime import date

import pytest

from keyuan.kernel.actor import Reach, system_actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.products.models import PackageItem, RateRow, RateTable
from keyuan.products.rules import pricing
from keyuan.products.rules.rate_checks import check_rates
from keyuan.products.rules.rate_files import find_columns, read_lines
from keyuan.products.rules.terms import parse_term, years_of
from keyuan.products.selectors.pricing import Wish, quote, quote_package
from keyuan.products.services.catalogue import save_product
from keyuan.products.services.packages import ItemDraft, release_package, save_package
from keyuan.products.services.rates import RateDraft, load_rates, release_table, withdraw_table

DAY = date(2026, 3, 16)
GOOD = "年龄,性别,交费期间,费率\n30,男,20年,12.34\n31,男,20年,12.5\n30,女,20年,10.01\n31,女,20年,10.2\n"


def lines_of(text):
    rows = [(number, line.split(",")) for number, line in enumerate(text.strip().splitlines(), 1)]
    columns = find_columns(rows[0][1])
    return read_lines(rows[1:], columns), columns.dimensions


@pytest.mark.parametrize("text, token", [
    ("20年", "Y20"), ("20", "Y20"), ("至60岁", "A60"), ("60周岁", "A60"), ("终身", "O"), ("趸交", "S"), ("a70", "A70"),
    ("6个月", "M6"), ("30天", "D30"),
])  # fmt: skip
def test_terms_are_read_as_people_write_them(text, token):
    assert parse_term(text) == token


def test_terms_run_for_years():
    assert (years_of("Y20"), years_of("A60", 35), years_of("S"), years_of("O")) == (20, 25, 1, None)


@pytest.mark.parametrize("_case, rate, basis, base, amount, factor, premium", [
    ("per thousand", 12_340_000, "SUM", 100_000, 50_000_000, 10_000, 617_000),
    ("monthly, rounded half up", 12_340_000, "SUM", 100_000, 50_000_000, 900, 55_530),
    ("half a fen goes up", 5_000, "SUM", 100_000, 100_000, 10_000, 1),
    ("a third of a fen goes down", 3_333, "SUM", 100_000, 100_000, 10_000, 0),
    ("flat price", 950_000_000, "FLAT", 0, 0, 10_000, 95_000),
    ("six decimals stay exact", 123_456, "SUM", 100_000, 100_000_000, 10_000, 12_346),
])  # fmt: skip
def test_premiums_are_exact_to_the_fen(_case, rate, basis, base, amount, factor, premium):
    assert pricing.premium_of(rate, basis=basis, base=base, amount=amount, factor_bp=factor) == premium


def test_a_package_costs_one_price_that_its_parts_sum_to():
    price, parts = pricing.package_prices([100_01, 50_00, 33_33], 1_000)

    assert price == 165_01
    assert sum(parts) == price


@pytest.mark.parametrize("_case, text, codes", [
    ("sound", GOOD, []),
    ("double", GOOD + "30,男,20年,13\n", ["rates.double"]),
    ("hole", GOOD + "33,男,20年,13\n", ["rates.hole"]),
    ("falls", GOOD.replace("12.5", "12.1"), ["rates.falls"]),
    ("jump", GOOD.replace("12.5", "25"), ["rates.jump"]),
    ("nothing", GOOD.replace("12.5", "0"), ["rates.not_positive", "rates.falls"]),
    ("a combination missing", GOOD + "30,男,10年,20\n31,男,10年,21\n", ["rates.combinations"]),
])  # fmt: skip
def test_what_is_wrong_with_a_table_is_found(_case, text, codes):
    (lines, issues), dimensions = lines_of(text)

    assert issues == []
    assert [item.code for item in check_rates(lines, dimensions, ages=None).kept] == codes


def test_ages_of_the_product_without_a_rate_are_named():
    (lines, _issues), dimensions = lines_of(GOOD)

    found = check_rates(lines, dimensions, ages=(28, 31)).kept

    assert [(item.code, item.params) for item in found] == [
        ("rates.ages_uncovered", {"first": 28, "last": 29, "count": 2})
    ]


def test_columns_of_each_sex_side_by_side_are_two_rates_a_row():
    (lines, _issues), dimensions = lines_of("年龄,男,女\n30,1.5,1.2\n31,1.6,1.3")

    assert dimensions == ["age", "sex"]
    assert [(line.row, line.key.sex, line.rate) for line in lines][:2] == [(2, "1", 1_500_000), (2, "2", 1_200_000)]


def test_unreadable_cells_are_named_by_row_and_the_column_of_the_file():
    (lines, issues), _dimensions = lines_of("投保年龄,性别,费率\n30,雌,甲\nx,男,2\n31,男,1.1234567\n32,男,1")

    assert [(item.params["row"], item.params["column"]) for item in issues] == [
        (2, "性别"), (2, "费率"), (3, "投保年龄"), (4, "费率"),
    ]  # fmt: skip
    assert [line.row for line in lines] == [5]


def test_a_file_is_told_all_that_is_wrong_at_once_but_not_what_may_stand_in_unread_rows():
    (lines, unread), dimensions = lines_of("年龄,费率\n30,1\nx,2\n32,0\n30,1\n35,9")

    found = check_rates(lines, dimensions, ages=(20, 40), unread=unread)

    assert [(item.code, item.params["row"]) for item in found.kept] == [
        ("rates.cell", 3), ("rates.double", 5), ("rates.not_positive", 4),
    ]  # fmt: skip
    assert found.errors == 3


@pytest.fixture
def editor():
    return make_actor("intermediary_manager", unit=small_tree().head, reach=Reach.ALL)


@pytest.fixture
def approver():
    return make_actor("management", unit=small_tree().head, reach=Reach.ALL)


@pytest.fixture
def product():
    fields = {"code": "RT1", "name": "定期寿", "kind": "LIFE", "issue_age_min": 30, "issue_age_max": 31}
    return save_product(actor=system_actor("test"), fields=fields, now=clock.now())


def load(actor, product, text=GOOD, valid_from=DAY, label="2026 版"):
    draft = RateDraft(label, valid_from)
    file = io.BytesIO(text.encode())
    return load_rates(actor=actor, product_id=product.pk, draft=draft, file=file, name="费率.csv", now=clock.now())


@pytest.mark.django_db
def test_a_table_prices_once_another_person_released_it(editor, approver, product):
    table = load(editor, product)
    wish = Wish(age=30, sex="1", sum_insured=50_000_000, pay_term="Y20")
    with pytest.raises(Refused) as before:
        quote(product, wish, on=DAY)
    release_table(actor=approver, table_id=table.pk, version=1, now=clock.now())

    found = quote(product, wish, on=DAY)

    assert before.value.code == "rates.no_table"
    assert (found.premium, found.table, found.row_no) == (617_000, "2026 版", 2)
    with pytest.raises(Refused) as absent:
        quote(product, Wish(age=45, sex="1", sum_insured=1_000, pay_term="Y20"), on=DAY)
    assert absent.value.code == "rates.no_row"


@pytest.mark.django_db
def test_later_tables_price_from_their_day_and_a_withdrawn_one_no_more(editor, approver, product):
    first = load(editor, product)
    second = load(editor, product, GOOD.replace("12.34", "15"), date(2026, 7, 1), "2026 下半年")
    for table in (first, second):
        release_table(actor=approver, table_id=table.pk, version=1, now=clock.now())
    wish = Wish(age=30, sex="1", sum_insured=10_000_000, pay_term="Y20")

    days = [quote(product, wish, on=day).premium for day in (date(2026, 6, 30), date(2026, 7, 1))]
    withdraw_table(actor=approver, table_id=second.pk, version=2, reason="报备变更", now=clock.now())

    assert days == [123_400, 150_000]
    assert quote(product, wish, on=date(2026, 7, 1)).premium == 123_400
    assert RateRow.objects.filter(table=second).count() == 4


@pytest.mark.django_db
def test_nobody_releases_what_they_read_in_nor_what_has_errors(approver, editor, product):
    own = load(approver, product)
    faulty = load(editor, product, GOOD + "33,男,20年,13\n")

    refusals = []
    for table in (own, faulty):
        with pytest.raises(Refused) as refused:
            release_table(actor=approver, table_id=table.pk, version=1, now=clock.now())
        refusals.append(refused.value.code)
    with pytest.raises(Conflict):
        release_table(actor=approver, table_id=faulty.pk, version=7, now=clock.now())

    assert refusals == ["rates.own_table", "rates.has_errors"]
    assert set(RateTable.objects.values_list("status", flat=True)) == {"DRAFT"}


@pytest.mark.django_db
def test_a_file_read_twice_is_refused_and_one_full_of_faults_stays_a_draft(editor, approver, product):
    load(editor, product)

    with pytest.raises(Refused) as twice:
        load(editor, product)
    faulty = load(editor, product, "年龄,费率\nx,1\ny,2\n")
    with pytest.raises(Refused) as refused:
        release_table(actor=approver, table_id=faulty.pk, version=1, now=clock.now())

    assert (twice.value.code, refused.value.code, faulty.findings["errors"]) == ("rates.twice", "rates.has_errors", 2)


@pytest.mark.django_db
def test_pages_read_release_and_calculate(product):
    from django.core.files.uploadedfile import SimpleUploadedFile

    maker = client_of("intermediary_manager", unit=small_tree().head, reach=Reach.ALL)[0]
    judge = client_of("management", unit=small_tree().head, reach=Reach.ALL)[0]
    form = {"label": "2026 版", "kind": "PREMIUM", "valid_from": "2026-03-01", "basis": "SUM", "base": "1000"}
    base = f"/products/{product.pk}/rates"

    wrong = maker.post(f"{base}/new/", form | {"file": SimpleUploadedFile("x.csv", "甲,乙\n1,2\n".encode())})
    made = maker.post(f"{base}/new/", form | {"file": SimpleUploadedFile("x.csv", GOOD.encode())})
    table = RateTable.objects.get()
    seen = judge.get(f"{base}/{table.pk}/")
    findings = maker.get(f"{base}/{table.pk}/findings/")
    judge.post(f"{base}/{table.pk}/release/", {"version": 1})
    asked = {"product": product.pk, "on": "2026-03-16", "age": 30, "sex": "1", "sum_insured": "500000"}
    priced = judge.get("/products/calculator/", asked)

    assert (wrong.status_code, made.status_code, seen.status_code) == (422, 302, 200)
    assert "2026 版" in wrong.content.decode()
    assert (findings.status_code, findings.content[:2]) == (200, b"PK")
    assert priced.status_code == 422  # the product offers no payment term to choose
    assert RateTable.objects.get().status == "RELEASED"


@pytest.mark.django_db
def test_a_package_is_priced_and_sold_as_one_after_another_person_agreed(editor, approver, product):
    other = save_product(
        actor=system_actor("test"), fields={"code": "RT2", "name": "附加", "kind": "LIFE"}, now=clock.now()
    )
    for each in (product, other):
        release_table(actor=approver, table_id=load(editor, each).pk, version=1, now=clock.now())
    items = (ItemDraft(product.pk, 10_000_000, "", "Y20"), ItemDraft(other.pk, 5_000_000, "", "Y20"))
    fields = {"code": "pk1", "name": "女性守护", "audience": "WOMEN", "discount_bp": 500}

    package = save_package(actor=editor, fields=fields, items=items, now=clock.now())
    with pytest.raises(Refused):
        release_package(actor=editor, package_id=package.pk, version=1, now=clock.now())
    released = release_package(actor=approver, package_id=package.pk, version=1, now=clock.now())
    found = quote_package(package, Wish(age=30, sex="2"), on=DAY)

    assert released.sale_status == "ON_SALE"
    assert (found.full, found.price) == (150_150, 142_643)
    assert sum(share for _item, _quote, share in found.parts) == found.price
    assert PackageItem.objects.filter(package=package).count() == 2
