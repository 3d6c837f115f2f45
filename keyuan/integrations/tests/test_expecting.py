"""Deliveries that do not come are told once, and taken back when they come (PLT-14)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.services.expecting import note_late
from keyuan.integrations.tests.world import policy, run
from keyuan.organisation.testing import make_post
from keyuan.platform.models import Notice

pytestmark = pytest.mark.django_db


def at(day, hour):
    return datetime(2025, 3, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def expected(connector):
    Connector.objects.update(due_time=time(8), expected_since=date(2025, 3, 7))
    return Connector.objects.get()


def late():
    return [row.business_date.isoformat() for row in Delivery.objects.filter(state="late").order_by("business_date")]


def test_nothing_is_late_before_its_time(expected):
    assert (note_late(at(10, 7)), late()) == (0, [])


def test_a_missing_delivery_is_told_once(expected):
    person = make_post("administrator")

    first, second = note_late(at(10, 9)), note_late(at(10, 10))

    assert (first, second, late()) == (1, 0, ["2025-03-07"])
    assert list(Notice.objects.filter(user_id=person.user_id).values_list("code", flat=True)) == ["connector.late"]


def test_several_missing_days_are_told_each(expected):
    assert (note_late(at(12, 9)), late()) == (3, ["2025-03-07", "2025-03-10", "2025-03-11"])


def test_the_late_row_becomes_the_delivery_when_it_comes(expected, core):
    note_late(at(10, 9))

    core.deliver(1, policy(1), day="2025-03-07")
    run(expected)

    found = Delivery.objects.get()
    assert (found.state, found.was_late, found.key) == ("loaded", True, "CORE-1")


def test_a_delivery_that_came_in_part_is_late_too(expected, core):
    core.deliver(1, policy(1), day="2025-03-07")
    (core.folder / "policies-0001.csv").unlink()
    run(expected)

    first, second = note_late(at(10, 9)), note_late(at(10, 10))

    assert (first, second, Delivery.objects.get().was_late) == (1, 0, True)


def test_a_paused_connector_expects_nothing(expected):
    Connector.objects.update(is_active=False)

    assert note_late(at(10, 9)) == 0
