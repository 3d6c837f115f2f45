"""The embedded book's copy: of one moment, compared row by row, its damage named (PLT-12)."""

import sqlite3
from contextlib import closing

import pytest

from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.sqlite import check, is_in_use, snapshot, tables_of

ROWS = 5000


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "keyuan.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "PRAGMA journal_mode=WAL;"
            "CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT);"
            "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, unit INTEGER REFERENCES unit (id), photo BLOB);"
            "CREATE INDEX person_name ON person (name);"
            "INSERT INTO unit VALUES (1, '总公司');"
        )
        connection.executemany(
            "INSERT INTO person VALUES (?, ?, 1, ?)", ((number, f"客户{number}", b"\x00\x01") for number in range(ROWS))
        )
        connection.commit()
    return path


@pytest.fixture
def copy(book, tmp_path):
    snapshot(book, tmp_path / "copy.sqlite3")
    return tmp_path / "copy.sqlite3"


def change(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_copy_holds_what_was_committed_when_it_began(book, copy):
    change(book, "INSERT INTO person VALUES (90001, '后来的', 1, NULL)")

    tables = tables_of(copy)

    assert {name: table.rows for name, table in tables.items()} == {"person": ROWS, "unit": 1}
    check(copy)


def test_the_log_beside_the_file_is_part_of_the_copy(book, tmp_path):
    with closing(sqlite3.connect(book, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("INSERT INTO unit VALUES (2, '分公司')")

        snapshot(book, tmp_path / "later.sqlite3")

    assert tables_of(tmp_path / "later.sqlite3")["unit"].rows == 2


@pytest.mark.parametrize("_case, statement", [
    ("a value changed", "UPDATE person SET name = '王五' WHERE id = 4999"),
    ("a blob changed", "UPDATE person SET photo = x'0002' WHERE id = 7"),
    ("a number became text", "UPDATE person SET name = 5 WHERE id = 5"),
    ("two rows changed places", "UPDATE person SET name = '客户' || (3 - id) WHERE id IN (1, 2)"),
    ("a row lost", "DELETE FROM person WHERE id = 3"),
])  # fmt: skip
def test_the_digest_sees_every_change(copy, _case, statement):
    before = tables_of(copy)

    change(copy, statement)

    after = tables_of(copy)
    assert after["person"].digest != before["person"].digest
    assert after["unit"] == before["unit"]


def test_a_torn_page_is_found(copy):
    raw = bytearray(copy.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 4096] = b"\xff" * 4096
    copy.write_bytes(raw)

    with pytest.raises(Flawed) as caught:
        check(copy)

    assert caught.value.code == "backup.flaw.integrity"


def test_a_reference_to_nothing_is_found(copy):
    change(copy, "DELETE FROM unit")

    with pytest.raises(Flawed) as caught:
        check(copy)

    assert caught.value.code == "backup.flaw.foreign_keys"
    assert (caught.value.params["table"], caught.value.params["parent"]) == ("person", "unit")


def test_a_book_that_is_open_is_known(book, tmp_path):
    assert not is_in_use(tmp_path / "none.sqlite3")
    assert not is_in_use(book)

    with closing(sqlite3.connect(book)) as reader:
        reader.execute("SELECT count(*) FROM unit").fetchone()
        assert is_in_use(book)

    assert not is_in_use(book)
