"""Loading over a book: after consent, or over what an interrupted load left (issue 2 item 2)."""

import sqlite3
from datetime import UTC, date, datetime

import pytest

from keyuan.kernel.errors import Refused
from keyuan.setup.demo import opening
from keyuan.setup.demo.loading.book import filled_tables
from keyuan.setup.demo.loading.postgres import PostgresBook
from keyuan.setup.demo.loading.progress import Progress
from keyuan.setup.demo.loading.sqlite import InUse, copy_of, put_in_place
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.signins import demo_password


def test_a_replaced_book_is_another_one(second_book):
    done = second_book.command("demo", "--customers", "160", "--seed", "9", "--replace", "--yes")

    assert done.returncode == 0, done.stderr
    assert second_book.value("SELECT count(*) FROM customers_customer") == 160
    assert second_book.value("SELECT count(*) FROM organisation_user") == 20
    assert second_book.value("SELECT count(*) FROM customers_customersummary") == 160


@pytest.mark.postgresql_only("on SQLite the book is filled in a copy")
def test_indexes_that_an_interrupted_load_set_aside_come_back(second_book):
    names = "SELECT count(*) FROM pg_indexes WHERE tablename LIKE 'customers%' OR tablename LIKE 'policies%'"
    keys = "SELECT count(*) FROM pg_constraint WHERE contype IN ('f', 'u')"
    before = second_book.value(names), second_book.value(keys)
    tables = [name for name in filled_tables() if name.startswith("policies")]
    PostgresBook(second_book.database, tables, second_book.var / "demo" / "set-aside.json").drop_indexes()
    during = second_book.value(names), second_book.value(keys)

    done = second_book.command("demo", "--customers", "160", "--replace", "--yes")

    assert done.returncode == 0, done.stderr
    assert during[0] < before[0] - 30
    assert (second_book.value(names), second_book.value(keys)) == before


def test_a_load_that_was_cut_short_may_be_replaced_without_asking(monkeypatch, tmp_path):
    shelf = opening.Shelf(tmp_path)
    monkeypatch.setattr(opening, "is_empty", lambda: False)

    before = opening.may_load(shelf)
    shelf.begun.parent.mkdir()
    shelf.begun.touch()

    assert (before, opening.may_load(shelf)) == (False, True)


@pytest.mark.parametrize("customers", [0, 149, 5_000_001])
def test_a_size_that_makes_no_book_is_refused(customers, tmp_path):
    with pytest.raises(Refused) as refused:
        opening.load_demo(
            book=Book(customers, 1, date(2026, 11, 24)),
            shelf=opening.Shelf(tmp_path),
            replace=False,
            workers=0,
            progress=Progress(lambda _: None, False),
            headings=("", ""),
            now=datetime(2026, 11, 24, tzinfo=UTC),
        )

    assert refused.value.code == "demo.size"
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_somebody_has_open_is_left_alone(tmp_path):
    path = tmp_path / "book.sqlite3"
    reader = sqlite3.connect(path)
    reader.execute("PRAGMA journal_mode=WAL")
    reader.execute("CREATE TABLE t (x)")
    reader.commit()

    with pytest.raises(InUse):
        copy_of(path, tmp_path / "copy" / "new.sqlite3")

    reader.close()


def test_a_new_file_takes_the_old_ones_place(tmp_path):
    old, new = tmp_path / "book.sqlite3", tmp_path / "new.sqlite3"
    old.write_bytes(b"old")
    (tmp_path / "book.sqlite3-wal").write_bytes(b"left over")
    new.write_bytes(b"new")

    put_in_place(new, old)

    assert old.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["book.sqlite3"]


def test_the_password_of_an_installation_stays(tmp_path):
    path = tmp_path / "sign-ins.txt"
    fresh = demo_password(path)
    path.write_text(f"heading\n{fresh}\n", encoding="utf-8")

    assert demo_password(path) == fresh
    assert demo_password(tmp_path / "absent") != fresh


def test_progress_in_a_log_comes_at_every_tenth():
    lines: list[str] = []
    progress = Progress(lines.append, False)

    progress.begin("rows", 40)
    for _ in range(40):
        progress.step()

    assert (len(lines), lines[0], lines[-1]) == (11, "rows: 0/40\n", "rows: 40/40\n")
