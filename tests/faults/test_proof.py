"""The proof can fail: each kind of loss, doubling and damage is named when it is made on purpose (PLT-7, 9, 10)."""

import json

import pytest
from django.db import connection

from keyuan.customers.models import ContactPoint, Customer, Interaction
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.services.tasks import create_task
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of
from keyuan.platform import clock
from keyuan.platform.jobs import TrackedJob, start_tracked
from keyuan.platform.models import FailedJob
from keyuan.platform.tests.guards import unguarded
from tests.faults.ledger import Ledger
from tests.faults.proof import CHECKS, prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(tmp_path, settings):
    """A ledger and a database that agree."""
    # Anchors of other tests would say that a tail was cut.
    settings.VAR_DIR = tmp_path
    agent = client_of("agent")[1]
    now = clock.now()
    ledger = Ledger(tmp_path / "ledger.jsonl")
    customer = make_customer(agent, "故障一", phone="19990000001")
    ledger.acknowledge("customer", 1, id=customer.pk, name="故障一", phone="19990000001")
    draft = InteractionDraft(kind="CALL", direction="OUT", occurred_at=now, summary="联系 1")
    record_interaction(actor=agent, customer_id=customer.pk, draft=draft, now=now)
    ledger.acknowledge("interaction", 2, text="联系 1")
    due = now.replace(year=now.year + 1, day=1)
    create_task(actor=agent, customer_id=customer.pk, kind="VISIT", title="联系 1", due_at=due, now=now)
    ledger.acknowledge("task", 1, text="联系 1")
    return ledger


def wrong(book):
    return prove(book.path)["wrong"]


def test_a_database_that_agrees_passes_every_check(book):
    proof = prove(book.path)

    assert proof["wrong"] == [] or proof["wrong"] == ["amcheck is not installed: indexes were not checked"]
    assert (proof["checks"], proof["acknowledged"]) == (len(CHECKS), {"customer": 1, "interaction": 1, "task": 1})


def lose_a_contact():
    Interaction.objects.all().delete()


def double_a_contact():
    row = Interaction.objects.get()
    row.pk = None
    row.save(force_insert=True)


def change_a_phone():
    ContactPoint.objects.update(phone=ContactPoint.objects.get().phone.blob[:-1] + b"x")


def rename_a_customer():
    Customer.objects.update(name="别人")


def drop_an_event():
    with unguarded(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_auditevent WHERE subject_kind = 'interaction'")


def change_an_event():
    with unguarded(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE platform_auditevent SET staff_no = 'x'")


def leave_a_job():
    from keyuan.kernel.actor import system_actor

    start_tracked(system_actor("test"), "keys.rotate", params={"version": 2}, version=2)


def fail_a_job():
    leave_a_job()
    TrackedJob.objects.update(status="failed")


def park_a_job():
    now = clock.now()
    FailedJob.objects.create(path="x", kwargs={}, attempts=5, error="ValueError", trace="", failed_at=now)


@pytest.mark.parametrize("damage, said", [
    (lose_a_contact, "contacts lost: 1"),
    (double_a_contact, "contacts doubled: 1"),
    (double_a_contact, "interaction: made without event: 1"),
    (rename_a_customer, "customers lost: 1"),
    (drop_an_event, "interaction: made without event: 1"),
    (change_an_event, "the audit trail: event_changed at 1"),
    (leave_a_job, "watched jobs not done: 1"),
    (fail_a_job, "job keys.rotate is failed:"),
    (park_a_job, "parked: x ValueError"),
])  # fmt: skip
def test_damage_is_named(damage, said, book):
    damage()

    assert said in wrong(book)


def test_a_write_that_was_never_made_is_named(book):
    book.acknowledge("task", 1, text="联系 2")
    book.acknowledge("edit", 1, customer=Customer.objects.get().pk, value="n1")
    book.acknowledge("batch", 1, name="x", rows=2, matched=1)
    book.acknowledge("import", 1, key="x", rows=2, total=3)

    assert {"tasks lost: 1", "edits lost: 1", "edits without event: 1"} <= set(wrong(book))
    assert any(sentence.startswith("a batch is") for sentence in wrong(book))
    assert any(sentence.startswith("an import is (0, 0, None, 0)") for sentence in wrong(book))


def test_a_write_that_nobody_was_told_of_is_named(book):
    lines = [line for line in book.path.read_text().splitlines() if json.loads(line)["kind"] != "task"]
    book.path.write_text("\n".join(lines))

    assert "tasks nobody was told of: 1" in wrong(book)
