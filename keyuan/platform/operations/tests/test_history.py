"""Samples of each minute add up to hours and days, whatever restarts in between (PLT-13, ANA-12)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform.models import StatusSample, SystemFact
from keyuan.platform.operations import history, machine, sampling, scrape
from keyuan.platform.operations.sampling import Level, Totals
from keyuan.platform.permissions import SYSTEM_VIEW

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 8, 12, 0, 20, tzinfo=ZONE)
OPERATOR = Actor(ActorKind.STAFF, 7, "吴思源", permissions=frozenset({SYSTEM_VIEW}))
CLASSES = 16


def counted(requests, errors=0, bucket=3):
    buckets = [0.0] * CLASSES
    buckets[bucket] = float(requests)
    return Totals({"requests": float(requests), "errors": float(errors), "seconds": requests * 0.02}, buckets)


@pytest.fixture
def counters(monkeypatch):
    """Let the machine's counters be what the test says."""
    told = {}
    monkeypatch.setattr(scrape, "counters", list)
    monkeypatch.setattr(sampling, "totals", lambda _found: told["now"])
    return told


def sample(counters, at, totals):
    counters["now"] = totals
    return sampling.take_sample(at)


def test_a_sample_holds_what_grew_since_the_last_one(counters):
    sample(counters, NOON, counted(100, 1))
    sample(counters, NOON + timedelta(minutes=1), counted(160, 3))
    sample(counters, NOON + timedelta(minutes=2), counted(10, 1))

    rows = StatusSample.objects.order_by("at").values_list("requests", "errors")
    assert list(rows) == [(0, 0), (60, 2), (10, 1)]
    assert sum(StatusSample.objects.order_by("at")[1].buckets) == 60


def test_a_minute_is_sampled_once(counters):
    assert sample(counters, NOON, counted(1)) is True
    assert sample(counters, NOON + timedelta(seconds=30), counted(9)) is False

    assert SystemFact.objects.get(key=f"totals:{machine.HOST}").value["counts"]["requests"] == 1.0


def test_hours_and_days_add_up_and_may_be_rolled_up_again(counters):
    for minute in range(5):
        sample(counters, NOON + timedelta(minutes=minute), counted(100 * (minute + 1), minute))

    for _ in range(2):
        sampling.roll_up(NOON + timedelta(minutes=10))

    hour = StatusSample.objects.get(level=Level.HOUR)
    day = StatusSample.objects.get(level=Level.DAY)
    assert (hour.minutes, hour.requests, hour.errors, sum(hour.buckets)) == (5, 400, 4, 400)
    assert (day.minutes, day.requests, day.at) == (5, 400, datetime(2026, 3, 8, tzinfo=ZONE))


@pytest.mark.parametrize("_case, buckets, share, milliseconds", [
    ("nothing was counted", [0] * CLASSES, 0.5, None),
    ("all in one class: straight between its bounds", [0, 0, 0, 100], 0.5, 25),
    ("the slowest hundredth", [99, 0, 0, 0, 0, 1], 0.99, 5),
    ("the very slowest", [99, 0, 0, 0, 0, 1], 1.0, 80),
])  # fmt: skip
def test_percentiles_come_from_the_classes(_case, buckets, share, milliseconds):
    assert history.percentile(buckets, share) == milliseconds


def test_a_series_has_a_gap_where_nothing_was_sampled(counters):
    sample(counters, NOON, counted(10))
    sample(counters, NOON + timedelta(minutes=2), counted(30))

    points = history.series(OPERATOR, Level.MINUTE, 4, NOON + timedelta(minutes=2))

    assert [point.requests for point in points] == [None, 0, None, 20]
    assert points[3].percentile(0.5) == 25


def test_old_samples_are_forgotten_by_their_level(counters):
    for level, days in ((Level.MINUTE, 4), (Level.MINUTE, 2), (Level.HOUR, 399), (Level.DAY, 401)):
        StatusSample.objects.create(host="h", level=level, at=NOON - timedelta(days=days))

    assert sampling.prune(NOON) == 2
    assert sorted(StatusSample.objects.values_list("level", flat=True)) == ["hour", "minute"]


def test_several_machines_are_shown_together():
    for host in ("a", "b"):
        StatusSample.objects.create(
            host=host, level=Level.MINUTE, at=NOON.replace(second=0), requests=5, buckets=[5] + [0] * 15
        )

    (point,) = history.series(OPERATOR, Level.MINUTE, 1, NOON)

    assert point.requests == 10
