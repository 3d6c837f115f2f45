"""Analysts' files are read by content, and each fault is named with its place (ANA-6, ANA-7, ANA-14)."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from django.utils import translation

from keyuan.analytics.drivers.tables import dates_of, numbers_of, read_table, require_columns, table_chunks
from keyuan.kernel.errors import Refused
from keyuan.platform.wording import say


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "content",
    [
        "age,place\n30,东\n,西\n".encode(),
        "age\tplace\r\n30\t东\r\n\t西\r\n".encode("gb18030"),
        gzip.compress("age;place\n30;东\nNA;西\n".encode("utf-8-sig"), mtime=0),
    ],
)
def test_text_is_read_whatever_its_separator_encoding_or_packing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(content)

    table = read_table(path)

    assert table.columns.tolist() == ["age", "place"]
    assert table["age"].fillna(-1).tolist() == [30, -1]
    assert table["place"].tolist() == ["东", "西"]
    assert table.index.tolist() == [2, 3]


def test_parquet_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    pd.DataFrame({"a": [1.5, None], "b": ["x", "y"]}).to_parquet(path)

    assert read_table(path).fillna(0).to_dict("list") == {"a": [1.5, 0.0], "b": ["x", "y"]}


def test_chunks_keep_texts_and_rows_as_they_are_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "codes.tsv"
    path.write_text("007\ta\n008\tb\n009\tc\n")

    parts = list(table_chunks(path, has_header=False, rows=2))

    assert [part["c1"].tolist() for part in parts] == [["007", "008"], ["009"]]
    assert [part.index.tolist() for part in parts] == [[1, 2], [3]]


@pytest.mark.parametrize(
    "content, said",
    [
        (b"a,b\n1,2\n3\n", "Row 3 has 1 cells, but the table has 2 columns."),
        (b"a,a\n1,2\n", "The column a stands twice in file.csv."),
        (b"a,\n1,2\n", "Column 2 of file.csv has no name"),
        (b"a,b\n", "The file holds no row under its header."),
        (b"", "The file holds no row under its header."),
        (b"PK\x03\x04....", "file.csv is a workbook."),
        (b"PAR1....", "The file file.csv cannot be read as Parquet"),
        (b"a,b\n\xff\xff,2\n", "The text is neither of these encodings"),
        (b"a,b\n" + b"1,2," * (5 << 18), "Row 2 has more than 500 columns."),
        (b"a,b\n" + b"1" * (5 << 20), "Row 2, column 1: the cell is longer than 131072 signs."),
    ],
)
def test_an_unusable_file_is_refused_with_its_place(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    with pytest.raises(Refused) as refused:
        read_table(path)

    assert say(refused.value).startswith(said)


def test_columns_are_checked_by_name_number_and_day(tmp_path: Path) -> None:
    table = pd.DataFrame({"issue": ["2001-02-03", "2001/02/04", "20010205"], "paid": [1, 2, "x"]}, index=[2, 3, 4])

    assert dates_of(table, "issue").dt.day.tolist() == [3, 4, 5]
    for check, said in (
        (lambda: require_columns(table, ["isue"]), "The file has no column isue; did you mean issue?"),
        (lambda: numbers_of(table, "paid"), "Row 4, column paid: this is no number (1 such rows)."),
        (lambda: dates_of(table, "paid"), "Row 2, column paid: this is no day (3 such rows)."),
        (lambda: read_table(tmp_path / "none.csv"), "There is no file"),
    ):
        with pytest.raises(Refused) as refused:
            check()
        assert say(refused.value).startswith(said)
