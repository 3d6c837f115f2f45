"""Unusual access is told to compliance, once a day (PLT-6)."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from keyuan.platform.audit import Action, Subject, anomalies, record, record_read
from keyuan.platform.audit.anomalies import WALK, Finding, exports_at_night, longest_walk, look, mass, walks
from keyuan.platform.models import Notice
from keyuan.platform.people import PeopleSource, people_sources

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 9, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def readers(monkeypatch):
    """Users 8 and 7 read the trail; 7 is the clerk whom the findings are about."""
    source = PeopleSource(
        "test", lambda _user, _post: None, lambda _ids: {}, lambda _permission: [8, 7], lambda _actor, _text: []
    )
    monkeypatch.setattr(people_sources, "_items", {"test": source})


def open_customers(actor, ids, at=NOON):
    for number, customer_id in enumerate(ids):
        moment = at - timedelta(minutes=50) + timedelta(seconds=number)
        record_read(actor, Action.VIEW, Subject("customer", customer_id), customer_id=customer_id, now=moment)


@pytest.mark.parametrize("_case, ids, length", [
    ("nothing", [], 0), ("one", [5], 1), ("up", [5, 6, 7], 3), ("down", [7, 6, 5], 3),
    ("the same again", [5, 5, 6, 6, 7], 3),
    ("a gap", [5, 6, 9, 10, 11], 3), ("to and fro", [5, 6, 5, 6], 2), ("scattered", [3, 30, 9], 1),
])  # fmt: skip
def test_a_walk_is_as_long_as_its_longest_run(_case, ids, length):
    assert longest_walk(ids) == length


def test_walking_through_customers_is_noticed(clerk):
    open_customers(clerk, range(100, 100 + WALK))

    assert list(walks(NOON)) == [Finding("walk", 7, "王芳", WALK)]
    assert list(walks(NOON + timedelta(hours=2))) == []


def test_many_different_customers_are_noticed_and_the_same_ones_are_not(clerk, monkeypatch):
    monkeypatch.setattr(anomalies, "MASS", 10)
    open_customers(clerk, [number * 7 for number in range(11)])
    open_customers(replace(clerk, id=9), [3, 30] * 10)

    assert list(mass(NOON)) == [Finding("mass", 7, "王芳", 11)]


@pytest.mark.parametrize("hour, count", [(3, 1), (12, 0), (23, 1)])
def test_exports_at_night_are_noticed(clerk, hour, count):
    at = NOON.replace(hour=hour)
    with transaction.atomic():
        record(clerk, Action.EXPORT, Subject("list", 1), now=at)

    assert len(list(exports_at_night(at))) == count


def test_compliance_is_told_once_a_day_and_never_the_person_concerned(clerk):
    open_customers(clerk, range(100, 100 + WALK))

    assert [look(NOON), look(NOON)] == [1, 0]
    notice = Notice.objects.get()
    assert (notice.user_id, notice.code, notice.params) == (8, "audit.anomaly.walk", {"name": "王芳", "count": WALK})
    assert "actor=7" in notice.url
