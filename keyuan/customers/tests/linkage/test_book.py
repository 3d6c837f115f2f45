"""The linkage of the book: tokens only, a process of its own, pairs once, also after a kill (CUS-8, decision 21)."""

import random
from datetime import date

import pyarrow.parquet as pq
import pytest

from keyuan.customers.models import ContactPoint, Customer, CustomerSummary, DuplicatePair, IdentityDocument
from keyuan.customers.services.linkage import running
from keyuan.customers.services.linkage.extracting import write_part
from keyuan.customers.tests.books import NOW, OPERATOR
from keyuan.kernel.errors import Conflict
from keyuan.platform.crypto import blind_index
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import TrackedJob

pytestmark = pytest.mark.django_db

PERSONS = 120
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


def book():
    """Make persons of whom every tenth stands there twice, with another character in the name; return the pairs."""
    draw = random.Random(3)
    for number in range(PERSONS):
        name = draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN)
        born = date(1950 + draw.randrange(50), 1 + draw.randrange(12), 1 + draw.randrange(28))
        numbers = (f"138{number:08d}", f"11010119800101{number:04d}")
        _person(f"C{number:04d}", name, born, *numbers)
        if number % 10 == 0:
            _person(
                f"D{number:04d}", name[:2] + draw.choice(GIVEN), born, f"138{number:08d}", f"11010119800101{number:04d}"
            )
    ids = dict(Customer.objects.values_list("customer_no", "pk"))
    return {(ids[f"C{n:04d}"], ids[f"D{n:04d}"]) for n in range(0, PERSONS, 10)}


def _person(customer_no, name, born, phone, number):
    customer = Customer.objects.create(
        customer_no=customer_no, name=name, birth_on=born, sex="1", created_at=NOW, updated_at=NOW
    )
    CustomerSummary.objects.create(
        customer=customer, customer_no=customer_no, name=name, kind="P", opened_on=NOW.date()
    )
    ContactPoint.objects.create(
        customer=customer,
        kind="MOBILE",
        phone=phone,
        value_index=blind_index("phone", phone),
        created_at=NOW,
    )
    IdentityDocument.objects.create(
        customer=customer,
        identity_number=number,
        number_index=blind_index("identity_number", number),
        created_at=NOW,
    )


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def chunk_of(job):
    run_job(job.pk, job.step)
    job.refresh_from_db()


def test_the_book_is_linked_once_and_again_without_a_second_pair():
    true = book()

    job = running.start_linkage(actor=OPERATOR)
    with pytest.raises(Conflict):
        running.start_linkage(actor=OPERATOR)
    while job.is_open:
        chunk_of(job)
        assert not job.error
    found = {(pair.a_id, pair.b_id): pair for pair in DuplicatePair.objects.filter(band__in=("SURE", "LIKELY"))}
    decided = next(iter(found.values()))
    DuplicatePair.objects.filter(pk=decided.pk).update(status="DISTINCT")
    again = running.start_linkage(actor=OPERATOR)
    while again.is_open:
        chunk_of(again)

    assert set(found) >= true
    assert len(set(found) - true) <= 1
    assert found[min(true)].levels["id_number"]["level"] == "same"
    assert set(found[min(true)].levels) >= {"name", "birth_on", "phone", "id_number"}
    assert DuplicatePair.objects.filter(band__in=("SURE", "LIKELY")).count() == len(found)
    assert DuplicatePair.objects.get(pk=decided.pk).status == "DISTINCT"
    assert list(running.home().iterdir()) == []


def test_files_hold_tokens_and_never_what_is_sealed(tmp_path):
    book()

    count, last = write_part(tmp_path, 0)

    table = pq.read_table(tmp_path / "people-000000000000.parquet")
    assert count == table.num_rows == PERSONS + PERSONS // 10
    assert write_part(tmp_path, last) == (0, last)
    texts = {str(value) for column in table.columns for value in column.to_pylist()}
    assert not any("13800000" in text or "110101" in text for text in texts)
    assert table.column("phone").to_pylist()[0] == str(blind_index("phone", "13800000000"))


def test_a_process_that_dies_is_started_again_and_given_up_after_three(monkeypatch):
    book()
    started = []
    monkeypatch.setattr(running, "_start", started.append)
    job = running.start_linkage(actor=OPERATOR)

    chunk_of(job)

    assert len(started) == 3
    assert job.error == "linkage.died"
    assert DuplicatePair.objects.count() == 0
    assert TrackedJob.objects.get(pk=job.pk).state["starts"] >= 3
