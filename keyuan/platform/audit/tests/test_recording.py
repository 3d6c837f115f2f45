"""What stands in the trail, and what must not (PLT-6)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from keyuan.platform.audit import Action, Entry, OutsideTransaction, Subject, record, record_many, record_read
from keyuan.platform.crypto import sealed_from_text
from keyuan.platform.models import AuditEvent, ReadEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)


def test_an_event_says_who_what_when_and_from_where(clerk):
    record(clerk, Action.UPDATE, Subject("customer", 7), before={"tier": "A"}, after={"tier": "B"}, reason="年审",
           customer_id=7, now=NOW)  # fmt: skip

    event = AuditEvent.objects.get()
    assert (event.actor_id, event.staff_no, event.post_label, event.unit_id) == (7, "A0007", "客服专员", 3)
    assert (event.address, event.device, event.request_id) == ("10.0.0.7", "Firefox", "r-1")
    assert (event.action, event.subject_kind, event.subject_id, event.customer_id) == ("update", "customer", 7, 7)
    assert (event.at, event.reason, event.changed) == (NOW, "年审", {"tier": ["A", "B"]})


def test_only_fields_that_changed_are_kept(clerk):
    before = {"tier": "A", "born": date(1980, 1, 2), "sum": Decimal("1.50"), "note": None}

    record(clerk, Action.UPDATE, Subject("customer", 7), before=before, after=before | {"note": "x"})

    assert AuditEvent.objects.get().changed == {"note": [None, "x"]}


def test_a_sealed_value_stands_as_a_digest_that_can_be_compared(clerk):
    old, new = sealed_from_text("phone", "13800001402"), sealed_from_text("phone", "13900001402")

    record(clerk, Action.UPDATE, Subject("customer", 7), before={"phone": old}, after={"phone": new})
    record(clerk, Action.UPDATE, Subject("customer", 8), before={"phone": new}, after={"phone": None})

    first, second = (event.changed["phone"] for event in AuditEvent.objects.order_by("id"))
    assert first[0].startswith("#")
    assert first[1] == second[0] != first[0]
    assert second[1] is None
    assert "1402" not in "".join(AuditEvent.objects.values_list("changes", flat=True))


@pytest.mark.parametrize("_case, facts", [
    ("in plain under a personal key", {"identity_number": "110101199003070038"}),
    ("sealed under another key", {"mobile": sealed_from_text("phone", "110101199003070038")}),
    ("in a list", {"phone": ["110101199003070038"]}),
    ("inside a record", {"contact": {"email": "110101199003070038"}}),
])  # fmt: skip
def test_no_personal_value_reaches_the_trail(clerk, _case, facts):
    record(clerk, Action.CREATE, Subject("customer", 7), after=facts, detail=facts)

    event = AuditEvent.objects.get()
    assert "110101199003070038" not in event.changes + event.detail


@pytest.mark.django_db(transaction=True)
def test_a_change_outside_its_transaction_is_refused(clerk):
    with pytest.raises(OutsideTransaction):
        record(clerk, Action.UPDATE, Subject("customer", 7))

    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_rolled_back_with_its_change(clerk):
    with transaction.atomic():
        record(clerk, Action.UPDATE, Subject("customer", 7))
        transaction.set_rollback(True)

    assert not AuditEvent.objects.exists()


def test_a_look_goes_to_the_read_events(clerk):
    record_read(clerk, Action.VIEW, Subject("customer", 7), customer_id=7, now=NOW)

    assert not AuditEvent.objects.exists()
    assert ReadEvent.objects.get().customer_id == 7


def test_a_change_is_no_look(clerk):
    with pytest.raises(ValueError, match="change"):
        record_read(clerk, Action.UPDATE, Subject("customer", 7))


def test_a_bulk_takes_few_statements(clerk, django_assert_max_num_queries):
    entries = [Entry(Subject("policy", number), after={"status": "lapsed"}) for number in range(100)]

    with django_assert_max_num_queries(3):  # SQLite takes it in parts
        record_many(clerk, Action.BULK, entries, reason="批量")

    assert AuditEvent.objects.filter(action="bulk", reason="批量").count() == 100


def test_long_facts_from_a_browser_are_cut_to_the_column(clerk):
    record(clerk, Action.UPDATE, Subject("customer", 7), reason="长" * 500)

    assert AuditEvent.objects.get().reason == "长" * 200
