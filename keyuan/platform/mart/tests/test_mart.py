"""The mart's snapshots: consistent, typed, bounded, whole or not there (decisions 19-21)."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow.parquet as pq
import pytest
from django.db.models.functions import TruncDate
from django_q.models import OrmQ

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Refused
from keyuan.platform.jobs.queue import opened
from keyuan.platform.mart import Extract, building, connect, erasing, extracts, latest, pane, shelf, snapshots
from keyuan.platform.mart.followers import Follower, followers
from keyuan.platform.mart.testing import here, snapshot_here
from keyuan.platform.models import TrackedJob

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 1, 30, 15, 250_000, tzinfo=UTC)
COLUMNS = {
    "customer_id": "actor_id",
    "made": "created_at",
    "day": "day",
    "name": "actor_name",
    "kind": "kind",
    "n": "done",
}


def jobs_of_the_book():
    return TrackedJob.objects.annotate(day=TruncDate("created_at"))


def job(actor_id, name, at=NOW):
    return TrackedJob.objects.create(
        kind='two\nlines, "quoted"', actor_id=actor_id, actor_name=name, created_at=at, heartbeat_at=at, done=7
    )


@pytest.fixture(autouse=True)
def own_extract(settings, tmp_path, monkeypatch):
    """A mart of this test: one extract, a folder of its own."""
    settings.VAR_DIR, settings.MART_DAYS = tmp_path, 3
    monkeypatch.setattr(extracts, "_items", {})
    monkeypatch.setattr(followers, "_items", {})
    extracts.add(Extract("work", jobs_of_the_book, COLUMNS))


def test_a_snapshot_holds_every_row_with_its_types():
    job(5, "")
    job(None, "李四", NOW + timedelta(hours=16))

    snapshot = snapshot_here(NOW)

    with connect(snapshot) as mart:
        rows = mart.execute("SELECT * REPLACE (made::TEXT AS made) FROM work ORDER BY made").fetchall()
    kind = 'two\nlines, "quoted"'
    assert rows == [
        (5, "2026-11-22 09:30:15.25", date(2026, 11, 22), "", kind, 7),
        (None, "2026-11-23 01:30:15.25", date(2026, 11, 23), "李四", kind, 7),
    ]
    assert latest() == snapshot
    assert (snapshot.day, snapshot.rows, snapshot.path("work").stat().st_mode & 0o777) == (
        NOW.date(),
        {"work": 2},
        0o600,
    )


def test_an_empty_table_has_its_columns():
    snapshot = snapshot_here(NOW)

    assert pq.read_schema(snapshot.path("work")).names == list(COLUMNS)
    with connect(snapshot) as mart:
        assert mart.execute("SELECT count(*) FROM work").fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_everything_is_read_at_one_moment():
    """A row that is committed while the build runs is in no table of it."""
    extracts.add(Extract("again", jobs_of_the_book, COLUMNS, order=1))
    job(1, "a")

    built = building.build(day=NOW.date(), now=NOW, say=lambda _key, _rows: job(2, "b"))

    assert built.rows == {"work": 1, "again": 1}
    assert TrackedJob.objects.count() == 3


def test_sealed_columns_are_refused(monkeypatch):
    from keyuan.platform.crypto import BlindIndexField, SealedField
    from keyuan.platform.mart.extracts import type_of

    for field in (SealedField("phone"), BlindIndexField()):
        with pytest.raises(ValueError, match="does not go into the mart"):
            type_of("work", "phone", field)


def test_a_build_that_dies_leaves_nothing_to_find(monkeypatch):
    job(1, "a")
    first = snapshot_here(NOW)

    def break_off(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        building.build(day=NOW.date(), now=NOW, say=break_off, moment=here)
    (shelf.home() / ".building-2026-11-22").mkdir()

    assert [one.folder.name for one in snapshots()] == [first.folder.name]
    snapshot_here(NOW)
    assert sorted(path.name for path in shelf.home().iterdir() if path.name.startswith("2026")) == [
        "2026-11-22",
        "2026-11-22.2",
    ]
    assert not list(shelf.home().glob(".building-*"))


def test_old_and_replaced_snapshots_go_and_the_newest_stays():
    for days in (5, 3, 2, 1, 0):
        snapshot_here(NOW - timedelta(days=days))
    snapshot_here(NOW + timedelta(minutes=1))

    assert [one.folder.name for one in snapshots()] == ["2026-11-22.2", "2026-11-22", "2026-11-21", "2026-11-20"]
    with shelf.alone():
        shelf.sweep(keep_days=3, now=NOW + timedelta(hours=3))
    assert [one.folder.name for one in snapshots()] == ["2026-11-22.2", "2026-11-21", "2026-11-20"]
    assert shelf.snapshot_of(date(2026, 11, 21)).rows == {"work": 0}


def test_only_one_build_at_a_time():
    with shelf.alone(), pytest.raises(Refused) as refused:
        snapshot_here(NOW)

    assert refused.value.code == "mart.busy"
    assert latest() is None


def test_deletion_reaches_every_snapshot():
    for actor_id in (1, 2, None):
        job(actor_id, "x")
    snapshot_here(NOW - timedelta(days=1))
    snapshot_here(NOW)

    assert erasing.forget([2, 99]) == 2
    assert erasing.forget([2, 99]) == 0

    for one in snapshots():
        with connect(one) as mart:
            assert mart.execute("SELECT customer_id FROM work ORDER BY 1").fetchall() == [(1,), (None,)]


def test_the_engine_reaches_nothing_else(tmp_path):
    snapshot = snapshot_here(NOW)
    (tmp_path / "secret.csv").write_text("a\n1\n")

    with connect(snapshot) as mart:
        for sql in (f"FROM '{tmp_path}/secret.csv'", "INSTALL httpfs", "SET enable_external_access = true"):
            with pytest.raises(duckdb.Error):
                mart.execute(sql)


def test_those_who_wait_for_it_are_called():
    followers.add(Follower("count", "keyuan.platform.mart.jobs.build_nightly"))

    snapshot_here(NOW)

    assert [opened(message)["path"] for message in OrmQ.objects.all()] == ["keyuan.platform.mart.jobs.build_nightly"]


def test_the_system_page_tells_its_age():
    watcher = Actor(ActorKind.STAFF, 9, "赵运维")
    assert pane.pane(watcher, NOW).tone == "warn"

    snapshot_here(NOW)

    assert pane.pane(watcher, NOW + timedelta(hours=5)).tone == "ok"
    assert pane.pane(watcher, NOW + timedelta(hours=40)).tone == "warn"
    assert pane.age_seconds(NOW + timedelta(hours=5)) == 5 * 3600


def test_the_snapshots_of_another_book_go():
    snapshot_here(NOW)

    shelf.clear()

    assert latest() is None
