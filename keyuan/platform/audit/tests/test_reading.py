"""Who may read the trail (PLT-6, decision 3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from keyuan.kernel.actor import Reach, Scope
from keyuan.kernel.errors import NotFound
from keyuan.platform import audit
from keyuan.platform.audit import Action, Subject, record, record_read
from keyuan.platform.subjects import SubjectKind, subject_kinds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)


@pytest.fixture
def customers(monkeypatch):
    """Customer 7 is within everybody's reach, no other is."""

    def access(actor, customer_id):
        if customer_id != 7:
            raise NotFound

    kind = SubjectKind("customer", "Customer", lambda _actor, _ids: {}, str, access)
    monkeypatch.setitem(subject_kinds._items, "customer", kind)


def test_a_customers_events_merge_changes_and_looks_newest_first(clerk, customers):
    record(clerk, Action.CREATE, Subject("customer", 7), customer_id=7, now=NOW)
    record_read(clerk, Action.VIEW, Subject("customer", 7), customer_id=7, now=NOW + timedelta(minutes=1))
    record(clerk, Action.UPDATE, Subject("policy", 1), customer_id=7, now=NOW + timedelta(minutes=2))
    record(clerk, Action.UPDATE, Subject("policy", 2), customer_id=8, now=NOW)

    events = audit.events_of_customer(clerk, 7)

    assert [event.action for event in events] == ["update", "view", "create"]


def test_older_events_follow_by_the_moment_of_the_last(clerk, customers):
    for minute in range(5):
        record(clerk, Action.UPDATE, Subject("customer", 7), customer_id=7, now=NOW + timedelta(minutes=minute))

    first = audit.events_of_customer(clerk, 7, limit=2)
    second = audit.events_of_customer(clerk, 7, before=first[-1].at, limit=2)

    assert [event.at.minute for event in first + second] == [9, 8, 7, 6]


def test_a_customer_out_of_reach_has_no_events(clerk, customers):
    record(clerk, Action.UPDATE, Subject("customer", 8), customer_id=8)

    with pytest.raises(NotFound):
        audit.events_of_customer(clerk, 8)


def test_the_trail_is_for_those_with_the_permission(clerk, auditor):
    record(clerk, Action.UPDATE, Subject("customer", 7))

    assert audit.changes_visible_to(auditor).count() == 1
    assert audit.changes_visible_to(clerk).count() == 0


def test_an_auditor_of_one_unit_sees_what_that_unit_did(clerk, auditor):
    record(clerk, Action.UPDATE, Subject("customer", 7))
    record(replace(clerk, unit_id=4), Action.UPDATE, Subject("customer", 8))
    local = replace(auditor, scope=Scope(Reach.UNIT, unit_id=3, unit_level="team"))

    assert [event.subject_id for event in audit.changes_visible_to(local)] == [7]
