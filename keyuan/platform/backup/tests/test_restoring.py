"""Where a restored book may go, and what happens to the one that was there (PLT-12)."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from keyuan.kernel.errors import Refused
from keyuan.platform.backup.restoring import carry_erasures, check_target, put_in_place

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def living(tmp_path):
    """A data folder with a book, its anchors and its settings."""
    folder = tmp_path / "var"
    (folder / "anchors").mkdir(parents=True)
    (folder / "anchors" / "changes-head.json").write_text("later")
    (folder / "backup.toml").write_text("places")
    with closing(sqlite3.connect(folder / "keyuan.sqlite3")) as book:
        book.execute("PRAGMA journal_mode=WAL")
        book.execute("CREATE TABLE t (a)")
    return folder


@pytest.fixture
def built(tmp_path):
    """A restored book beside its place."""
    folder = tmp_path / ".var.restoring-1"
    (folder / "anchors").mkdir(parents=True)
    (folder / "anchors" / "changes-head.json").write_text("of the backup")
    (folder / "keyuan.sqlite3").write_text("restored")
    return folder


def test_an_empty_place_and_a_fresh_installation_are_free(tmp_path):
    check_target(tmp_path / "none", replace=False)
    (tmp_path / "secret.key").write_text("made by the settings")

    check_target(tmp_path, replace=False)


def test_a_book_is_not_overwritten_unless_asked_for(living):
    with pytest.raises(Refused) as caught:
        check_target(living, replace=False)

    assert caught.value.code == "backup.occupied"
    check_target(living, replace=True)


def test_a_book_that_is_served_is_never_replaced(living):
    with closing(sqlite3.connect(living / "keyuan.sqlite3")) as server:
        server.execute("SELECT count(*) FROM t").fetchone()

        with pytest.raises(Refused) as caught:
            check_target(living, replace=True)

    assert caught.value.code == "backup.alive"


def test_a_replaced_book_stands_aside_and_its_anchors_are_witnesses(living, built):
    put_in_place(built, living, NOW)

    aside = living.with_name("var.before-20261122T093000")
    assert (living / "keyuan.sqlite3").read_text() == "restored"
    assert (living / "anchors" / "changes-head.json").read_text() == "of the backup"
    assert (living / "anchors" / "before-20261122T093000" / "changes-head.json").read_text() == "later"
    assert (living / "backup.toml").read_text() == "places"
    assert (aside / "keyuan.sqlite3").read_bytes()[:6] == b"SQLite"
    assert not built.exists()


def test_a_data_folder_that_is_a_disk_is_filled_entry_by_entry(living, monkeypatch):
    built = living / ".var.restoring-1"
    built.mkdir()
    (built / "keyuan.sqlite3").write_text("restored")
    monkeypatch.setattr(type(living), "is_mount", lambda self: self == living)

    put_in_place(built, living, NOW)

    assert (living / "keyuan.sqlite3").read_text() == "restored"
    assert (living / "before-20261122T093000" / "keyuan.sqlite3").read_bytes()[:6] == b"SQLite"
    assert (living / "anchors" / "before-20261122T093000" / "changes-head.json").read_text() == "later"


def test_who_was_taken_out_since_the_backup_is_known_to_the_restored_book(living, built):
    (living / "erasures.jsonl").write_text("later\n")
    (built / "erasures.jsonl").write_text("earlier\n")

    carry_erasures(living, built)

    assert (built / "erasures.jsonl").read_text() == "earlier\nlater\n"
