"""Workbooks: cells as people read them, and archives that are made to explode (PLT-9)."""

import io
import zipfile
from datetime import date, datetime, time

import pytest

from keyuan.kernel.errors import Refused
from keyuan.platform.imports import workbooks
from keyuan.platform.imports.layouts import examine, rows_of
from keyuan.platform.imports.tests.samples import exploding_workbook, large_opener, workbook


def test_cells_are_read_as_a_person_reads_them():
    data = workbook(["姓名", "数", "日"], ["曾乐", 0.1 + 0.2, date(2025, 3, 8)], ["李", 18612341402, True])

    assert list(workbooks.read_sheet(data, "Sheet1")) == [
        (1, ["姓名", "数", "日"]),
        (2, ["曾乐", "0.3", "2025-03-08"]),
        (3, ["李", "18612341402", "TRUE"]),
    ]


@pytest.mark.parametrize(
    "cell, text",
    [
        (1.0, "1"),
        (1.25, "1.25"),
        (None, ""),
        (datetime.combine(date(2025, 3, 8), time(9, 30)), "2025-03-08 09:30:00"),
        (True, "TRUE"),
    ],
)
def test_cells_as_text(cell, text):
    assert workbooks.text_of(cell) == text


def test_rows_are_counted_from_the_top_of_the_sheet():
    data = workbook([], [], ["a", "b"], [], ["1", "2"])

    layout = examine(large_opener(data))

    assert layout.columns == ["a", "b"]
    assert list(rows_of(large_opener(data), layout)) == [(5, ["1", "2"])]


def test_an_exploding_workbook_is_refused():
    with pytest.raises(Refused) as refusal:
        examine(large_opener(exploding_workbook(40)))

    assert refusal.value.code == "import.workbook_bomb"


def test_a_workbook_that_lies_about_its_sizes_is_refused():
    data = bytearray(exploding_workbook(1))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")

    with pytest.raises(Refused) as refusal:
        workbooks.check_archive(bytes(data))

    assert refusal.value.code in {"import.workbook_broken", "import.workbook_bomb"}


def test_an_archive_with_too_many_parts_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(5001):
            archive.writestr(str(number), b"")

    with pytest.raises(Refused) as refusal:
        workbooks.check_archive(stream.getvalue())

    assert refusal.value.code == "import.workbook_bomb"


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_truncated_workbook_is_refused(keep):
    data = workbook(["a", "b"], [1, 2])

    with pytest.raises(Refused) as refusal:
        examine(large_opener(data[: int(len(data) * keep)]))

    assert refusal.value.code == "import.workbook_broken"


def test_an_archive_that_is_no_workbook_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", b"hello")

    with pytest.raises(Refused) as refusal:
        examine(large_opener(stream.getvalue()))

    assert refusal.value.code == "import.workbook_broken"
