"""The error file and the words of refusals (PLT-9)."""

import csv
import io

import pytest
from django.utils import translation

from keyuan.kernel.errors import Refused
from keyuan.platform.imports import wording
from keyuan.platform.imports.layouts import examine, rows_of
from keyuan.platform.imports.reports import control_sums, error_file, first_reasons, harmless
from keyuan.platform.imports.tests.samples import csv_bytes, large_opener, workbook

pytestmark = pytest.mark.django_db
HEAD = ["no", "sum", "word"]


def rows_in(data, encoding="utf-8-sig"):
    return list(csv.reader(io.StringIO(data.decode(encoding))))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_the_error_file_has_the_shape_of_the_source_and_says_why(run):
    done = run(csv_bytes(HEAD, ["a", "1", ""], ["b", "x", "曾"], ["c", "1.005", "bad"]))

    name, kind, blocks = error_file(done)

    assert (name, kind) == ("book-refused.csv", "text/csv")
    assert rows_in(b"".join(blocks)) == [
        [*HEAD, "Reason"],
        ["b", "x", "曾", "Amount: This is no amount. Enter figures, such as 12,860.50 or 3.5万."],
        ["c", "1.005", "bad", first_reasons(done)[1].field + ": " + first_reasons(done)[1].text],
    ]


def test_corrected_and_sent_again_it_is_understood(run):
    done = run(csv_bytes(HEAD, ["=cmd", "x", "@sum"]))
    _name, _kind, blocks = error_file(done)
    corrected = b"".join(blocks).replace(b"'=cmd,x", b"'=cmd,5")

    again = run(corrected)

    assert (again.created, again.refused) == (1, 0)


def test_an_error_file_keeps_the_encoding_of_excel_in_china(run):
    done = run(csv_bytes(HEAD, ["b", "x", "曾"], encoding="gb18030"))

    _name, _kind, blocks = error_file(done)

    assert rows_in(b"".join(blocks), "gb18030")[1][2] == "曾"


def test_a_workbook_gets_a_workbook_back(run):
    done = run(workbook(HEAD, ["b", "x", "=1+1"]), name="保单.xlsx")

    name, _kind, blocks = error_file(done)

    data = b"".join(blocks)
    layout = examine(large_opener(data))
    assert name == "保单-refused.xlsx"
    assert [cells[:3] for _number, cells in rows_of(large_opener(data), layout)] == [["b", "x", "'=1+1"]]


def test_without_refused_rows_there_is_no_error_file(run):
    done = run(csv_bytes(HEAD, ["a", "1", ""]))

    with pytest.raises(Refused):
        error_file(done)


@pytest.mark.parametrize(
    "cell, written",
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("-12.50", "-12.50"),
        ("+8", "+8"),
        ("曾=乐", "曾=乐"),
    ],
)
def test_no_cell_of_an_error_file_is_a_formula(cell, written):
    assert harmless(cell) == written


def test_the_parts_of_every_control_sum_make_up_the_whole(run):
    done = run(csv_bytes(HEAD, ["a", "1.10", ""], ["a", "1.10", ""], ["b", "2.20", "bad"], ["c", "-3.30", ""]))

    (line,) = control_sums(done)

    parts = [str(part) for part in (line.read, line.taken, line.repeated, line.refused)]
    assert parts == ["1.10", "-2.20", "1.10", "2.20"]
    assert line.is_even


def test_every_sentence_of_imports_can_be_filled_in():
    params = {
        "megabytes": 1, "encodings": "", "byte": 1, "row": 1, "column": 1, "limit": 1, "parts": "", "columns": "",
        "line": 1, "name": "", "staff_no": "", "who": "", "file": "", "refused": 1, "found": 1, "expected": 1,
        "other": 1, "length": 1, "least": 1, "most": 1, "known": "", "product": "", "path": "", "why": "",
    }  # fmt: skip

    for code, sentence in wording.SENTENCES.items():
        assert str(sentence) % params, code
