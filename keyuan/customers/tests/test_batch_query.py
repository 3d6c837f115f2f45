"""Looking up many identifiers at once, inside the asker's reach (CUS-4)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from xlsxwriter import Workbook

from keyuan.customers.forms.batch_query import lines_of
from keyuan.customers.models import BatchQuery, BatchQueryRow
from keyuan.customers.rules.identifiers import identify
from keyuan.customers.services.batch_query import ask_batch, drop_expired
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform.jobs.drain import drain

RESIDENT = "11010519491231002X"


@pytest.mark.parametrize(
    "line, kind, value, shown",
    [
        (" 11010519491231002x ", "identity", RESIDENT, "110105********002X"),
        ("186-1234-1402", "phone", "18612341402", "186****1402"),
        ("１８６１２３４１４０２", "phone", "18612341402", "186****1402"),
        ("c0123456789", "customer_no", "C0123456789", "C0123456789"),
        ("沪A12345", "code", "沪A12345", "沪A12345"),
        ("P2024-0001", "code", "P20240001", "P20240001"),
        ("买买提•吐尔逊", "name", "买买提·吐尔逊", "买买提·吐尔逊"),
    ],
)
def test_each_line_is_recognised_by_itself(line, kind, value, shown):
    found = identify(line)

    assert (found.kind, found.value, found.shown) == (kind, value, shown)


def test_an_empty_line_is_nothing():
    assert identify("  ") is None


@pytest.fixture
def manager(tree):
    agent = make_actor("agent")
    make_customer(agent, "张三", phone="18612341402", identity_number=RESIDENT)
    make_customer(agent, "王伟", phone="13900000001")
    make_customer(agent, "王伟", phone="13900000001")
    return make_actor("customer_resource_manager", unit=tree.east, reach=Reach.UNIT)


LINES = [RESIDENT, "18612341402", "张三", "王伟", "13900000001", "13911112222", "", "赵六"]


@pytest.mark.django_db(transaction=True)
def test_lines_are_matched_ambiguous_or_not_found(manager):
    query = ask_batch(actor=manager, name="回访名单", lines=LINES, now=NOW)
    drain()

    query.refresh_from_db()
    statuses = list(BatchQueryRow.objects.filter(query=query).order_by("number").values_list("status", flat=True))
    assert statuses == ["M", "M", "M", "A", "A", "U", "U"]
    assert (query.total, query.matched, query.ambiguous, query.unmatched, query.is_done) == (7, 3, 2, 2, True)


@pytest.mark.django_db(transaction=True)
def test_phones_and_identity_numbers_are_not_kept_in_plain(manager):
    query = ask_batch(actor=manager, name="", lines=[RESIDENT, "18612341402"], now=NOW)

    texts = BatchQueryRow.objects.filter(query=query).values_list("text", "shown")

    assert list(texts) == [("", "110105********002X"), ("", "186****1402")]


@pytest.mark.django_db(transaction=True)
def test_customers_out_of_reach_count_as_not_found(manager, tree):
    stranger = make_actor("customer_resource_manager", unit=tree.west, reach=Reach.UNIT)

    query = ask_batch(actor=stranger, name="", lines=LINES, now=NOW)
    drain()

    query.refresh_from_db()
    assert (query.matched, query.ambiguous, query.unmatched) == (0, 0, 7)


@pytest.mark.django_db(transaction=True)
def test_nothing_to_look_up_is_refused(manager):
    with pytest.raises(Refused) as refusal:
        ask_batch(actor=manager, name="", lines=["", "  "], now=NOW)

    assert refusal.value.code == "batch.empty"
    assert not BatchQuery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_expired_batches_are_deleted(manager):
    ask_batch(actor=manager, name="", lines=["张三"], now=NOW.replace(year=2025))
    ask_batch(actor=manager, name="", lines=["张三"], now=NOW)

    assert drop_expired(NOW) == 1
    assert BatchQuery.objects.count() == 1


def test_files_give_their_first_column():
    book = io.BytesIO()
    with Workbook(book, {"in_memory": True}) as workbook:
        workbook.add_worksheet().write_column(0, 0, [RESIDENT, "18612341402"])

    assert lines_of(SimpleUploadedFile("a.csv", "张三,1\n李四,2".encode("gb18030"))) == ["张三", "李四"]
    assert lines_of(SimpleUploadedFile("a.txt", "\ufeff张三\r\n李四".encode())) == ["张三", "李四"]
    assert lines_of(SimpleUploadedFile("a.xlsx", book.getvalue())) == [RESIDENT, "18612341402"]


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_asked_and_seen_in_the_browser_by_its_owner_only(manager, tree):
    client, _actor = client_of("customer_resource_manager", unit=tree.east, reach=Reach.UNIT)
    stranger, _other = client_of("customer_resource_manager", unit=tree.east, reach=Reach.UNIT)

    answer = client.post(reverse("customers:batch-create"), {"lines": "张三\n赵六", "name": "名单"})
    drain()

    page = client.get(answer.url)
    assert page.status_code == 200
    assert stranger.get(answer.url).status_code == 404
    rows = client.get(reverse("customers:batch-row-list"))
    assert "张三" in rows.content.decode()
    assert "赵六" not in stranger.get(reverse("customers:batch-row-list")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_second_press_of_the_button_finds_the_same_batch(manager, tree):
    client, _actor = client_of("customer_resource_manager", unit=tree.east, reach=Reach.UNIT)
    sent = {"lines": "张三", "idempotency": "0123456789abcdef"}

    first = client.post(reverse("customers:batch-create"), sent)
    second = client.post(reverse("customers:batch-create"), sent)

    assert first.url == second.url
    assert BatchQuery.objects.count() == 1
