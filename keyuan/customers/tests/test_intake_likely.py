"""Rows of a file that look like customers we have: shown, decided in all or one by one, kept in the report (CUS-8)."""

from datetime import date

import pytest
from django.urls import reverse

from keyuan.customers.models import ContactPoint, Customer, DuplicatePair
from keyuan.customers.tests.books import OPERATOR, counts, csv_bytes, import_file, issues, prepare, unit, work_off
from keyuan.kernel.errors import Conflict, Refused
from keyuan.kernel.identifiers import make_resident_id
from keyuan.platform import clock
from keyuan.platform.imports import Answer, lifecycle
from keyuan.platform.imports.matched_rows import compared, match_file, match_page
from keyuan.platform.imports.matching import answers_of, clear_decisions, decide_all, decide_rows, summary_of
from keyuan.platform.models.import_job import ImportJob, ImportMatch

pytestmark = pytest.mark.django_db
HEAD = ["客户号", "姓名", "出生日期", "证件号码", "手机号", "邮箱", "统一社会信用代码", "职业"]
ZENG = make_resident_id("440524", date(1988, 1, 1), 2)
OTHER = make_resident_id("440524", date(1988, 1, 1), 4)
CODE = "91350100M000100Y43"


def row(key, name, birth="", number="", mobile="", email="", code="", job=""):
    return [key, name, birth, number, mobile, email, code, job]


OLD = csv_bytes(
    HEAD,
    row("K1", "曾乐", "1988-01-01", ZENG, "13800001402"),
    row("K2", "欧阳锋", "1970-05-05", "", "13800001403", "feng@example.com"),
    row("K3", "远洋物流有限公司", code=CODE),
    row("K4", "林海", "1991-01-01", "", "13800001499"),
)
NEW = csv_bytes(
    HEAD,
    row("N1", "曾乐", "1988-01-01", job="教师"),  # row 2: same name and birth date as K1
    row("N2", "曾乐", "1988-01-01", OTHER),  # row 3: the number says that it is somebody else
    row("N3", "欧阳锋", mobile="13800001403", job="医生"),  # row 4: same name and phone as K2
    row("N4", "欧阳克", mobile="13800001403"),  # row 5: a relative with the same phone
    row("N5", "远洋物流有限公司", code=CODE),  # row 6: same credit code as K3
    row("N6", "孙 静", "1999-09-09"),  # row 7: nobody
)


@pytest.fixture(autouse=True)
def book():
    unit("HQ")
    import_file(OLD, "customers", "HQ", name="old.csv")


def key(name):
    return Customer.objects.get(source_keys__key=name)


def checked(data=NEW, **more):
    prepared = prepare(data, "customers", "HQ", name="new.csv", **more)
    return work_off(lifecycle.start_check(actor=OPERATOR, import_id=prepared.pk))


def write(import_job):
    return work_off(lifecycle.start_import(actor=OPERATOR, import_id=import_job.pk))


def decide(import_job, **answers):
    wanted = {int(name[1:]): answer for name, answer in answers.items()}
    return decide_rows(actor=OPERATOR, import_id=import_job.pk, answers=wanted, now=clock.now())


def test_the_check_finds_likely_rows_and_says_why():
    done = checked()

    found = {match.row_number: match.candidates for match in done.matches.order_by("row_number")}
    assert found == {
        2: [[key("K1").pk, ["name_birth"]]],
        4: [[key("K2").pk, ["name_phone"]]],
        6: [[key("K3").pk, ["uscc", "registered_name"]]],
    }
    assert counts(done) == (6, 6, 0, 0, 0)
    assert summary_of(done) == {"likely": 3, "decided": 0, "create": 3, "update": 0, "skip": 0}
    rows, following = match_page(done)
    first = compared(OPERATOR, done, rows, clock.now())[0]
    assert following == 0
    assert first.lines[0][1:] == ("曾乐", ["曾乐"], True)


def test_who_is_created_anyway_stands_in_the_queue_of_duplicates():
    done = write(checked())

    assert counts(done) == (6, 6, 0, 0, 0)
    pairs = {(pair.a_id, pair.b_id): (pair.source, pair.status) for pair in DuplicatePair.objects.all()}
    assert pairs == {
        (key(old).pk, key(new).pk): ("IMPORT", "OPEN") for old, new in (("K1", "N1"), ("K2", "N3"), ("K3", "N5"))
    }


def test_a_decision_for_all_and_one_for_a_row_change_the_counts_at_once_and_are_carried_out():
    done = checked()

    decide_all(actor=OPERATOR, import_id=done.pk, decision="skip", now=clock.now())
    planned = decide(done, _4=Answer("update"))

    assert (planned.created, planned.updated, planned.extras["skipped"]) == (3, 1, 2)
    written = write(planned)
    assert (written.created, written.updated, written.extras["skipped"]) == (3, 1, 2)
    assert key("N3") == key("K2")
    assert key("K2").occupation == "医生"
    assert not Customer.objects.filter(source_keys__key__in=("N1", "N5")).exists()
    assert DuplicatePair.objects.count() == 0
    results = dict(written.matches.values_list("row_number", "result"))
    assert results == {2: "skip", 4: "update", 6: "skip"}
    name, table = match_file(actor=OPERATOR, import_id=written.pk, now=clock.now())
    lines = list(table)
    assert (name, len(lines), key("K2").customer_no in lines[2][1]) == ("new-likely.csv", 4, True)


def test_a_decision_holds_when_the_file_is_checked_again_and_can_be_taken_back():
    done = checked()
    decide(done, _2=Answer("skip"), _4=Answer("update", key("K2").pk))

    again = work_off(lifecycle.start_check(actor=OPERATOR, import_id=done.pk))
    assert (again.created, again.updated, again.extras["skipped"]) == (4, 1, 1)
    assert answers_of(again, 2, 3) == {2: Answer("skip")}

    cleared = clear_decisions(actor=OPERATOR, import_id=done.pk, now=clock.now())
    assert (cleared.created, cleared.updated, cleared.extras["skipped"]) == (6, 0, 0)


def test_the_same_file_written_twice_changes_nothing_more():
    done = checked()
    decide(done, _2=Answer("update"), _4=Answer("skip"), _6=Answer("create"))
    write(done)
    before = (Customer.objects.count(), ContactPoint.objects.count(), DuplicatePair.objects.count())

    again = write(ImportJob.objects.get(pk=done.pk))

    assert (Customer.objects.count(), ContactPoint.objects.count(), DuplicatePair.objects.count()) == before
    assert (again.created, again.updated, again.unchanged, again.extras["skipped"]) == (0, 0, 5, 1)
    assert dict(again.matches.values_list("row_number", "result")) == {2: "update", 4: "skip", 6: "create"}


def test_a_row_whose_record_went_its_own_way_is_refused_instead_of_written_into_it():
    done = checked()
    decide(done, _2=Answer("update"))
    customer = key("K1")
    customer.summary.name = customer.name = "曾小乐"
    customer.summary.save()
    customer.save()

    written = write(done)

    assert issues(written) == [(2, "", "import.likely_gone")]
    assert not Customer.objects.filter(source_keys__key="N1").exists()


def test_two_rows_that_update_one_customer_are_both_taken():
    data = csv_bytes(HEAD, row("N1", "林海", "1991-01-01", job="教师"), row("N2", "林海", "1991-01-01", job="医生"))
    done = checked(data)
    decide_all(actor=OPERATOR, import_id=done.pk, decision="update", now=clock.now())

    written = write(done)

    assert (written.created, written.updated) == (0, 2)
    assert {key("N1"), key("N2")} == {key("K4")}
    assert key("K4").occupation == "医生"


@pytest.mark.parametrize(
    "number, answer, code",
    [
        (2, Answer("drop"), "import.likely_decision"),
        (3, Answer("skip"), "import.likely_row"),
        (2, Answer("update", 999_999), "import.likely_record"),
    ],
)
def test_a_decision_that_means_nothing_is_refused(number, answer, code):
    done = checked()

    with pytest.raises(Refused) as refused:
        decide_rows(actor=OPERATOR, import_id=done.pk, answers={number: answer}, now=clock.now())

    assert refused.value.code == code
    assert ImportMatch.objects.exclude(decision="").count() == 0


def test_what_is_written_is_not_decided_any_more():
    done = write(checked())

    with pytest.raises(Conflict) as refused:
        decide_all(actor=OPERATOR, import_id=done.pk, decision="skip", now=clock.now())

    assert refused.value.code == "import.likely_stage"
    assert reverse("platform:import-matches", args=[done.pk]).endswith("/matches/")
