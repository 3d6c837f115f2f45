"""What a file is found to be in one pass over it (PLT-9)."""

import pytest

from keyuan.kernel.errors import Refused
from keyuan.platform.imports.layouts import Layout, column_names, examine, looks_like_header, rows_of
from keyuan.platform.imports.tests.samples import csv_bytes, gzipped, opener, workbook


def test_a_tab_separated_gb18030_file_is_understood():
    data = gzipped(csv_bytes(["姓名", "手机"], ["曾乐", "13800001402"], encoding="gb18030", delimiter="\t"))

    layout = examine(opener(data))

    assert (layout.kind, layout.encoding, layout.delimiter) == ("csv", "gb18030", "\t")
    assert (layout.columns, layout.rows, layout.has_header) == (["姓名", "手机"], 1, True)
    assert list(rows_of(opener(data), layout)) == [(2, ["曾乐", "13800001402"])]


def test_a_file_without_header_keeps_its_first_row():
    data = csv_bytes(["1995-06-29", "0.01"], ["1995-09-18", "0.02"])

    layout = examine(opener(data))

    assert (layout.columns, layout.rows, layout.has_header) == (["#1", "#2"], 2, False)
    assert [number for number, _cells in rows_of(opener(data), layout)] == [1, 2]


def test_reading_goes_on_behind_a_row():
    data = csv_bytes(["a", "b"], ["1", "x"], ["2", "y"], ["3", "z"])
    layout = examine(opener(data))

    assert [number for number, _cells in rows_of(opener(data), layout, after=3)] == [4]


def test_the_chosen_sheet_is_read():
    layout = examine(opener(workbook(["a"], ["1"], sheet="保单")), sheet="保单")

    assert (layout.sheet, layout.sheets) == ("保单", ["保单"])


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", csv_bytes(["姓名", "手机"])])
def test_a_file_without_rows_is_refused(data):
    with pytest.raises(Refused) as refusal:
        examine(opener(data))

    assert refusal.value.code == "import.empty"


@pytest.mark.parametrize(
    "cells, expected",
    [
        (["姓名", "手机"], True),
        (["id", "1995-06-29"], False),
        (["a", "a"], False),
        (["a", "", "", ""], False),
        (["premium", "1,234.50"], False),
    ],
)
def test_headers_are_told_from_data(cells, expected):
    assert looks_like_header(cells) is expected


def test_columns_get_distinct_names():
    assert column_names(["a", "", "a", " b "], has_header=True) == ["a", "#2", "a (2)", "b"]


def test_a_layout_survives_storing():
    layout = Layout("csv", ["a"], 3, "utf-8", ",")

    assert Layout.from_json(layout.to_json()) == layout
