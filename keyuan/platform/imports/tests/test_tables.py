"""Delimited text: rows as a spreadsheet counts them, faults named by row and column (PLT-9)."""

import pytest

from keyuan.kernel.errors import Refused
from keyuan.platform.imports.tables import guess_delimiter, read_rows
from keyuan.platform.imports.tests.samples import large_opener, opener


def rows_of(data, delimiter=","):
    return list(read_rows(opener(data)(), "utf-8", delimiter))


def test_blank_lines_are_counted_but_not_read_and_quoted_breaks_stay_in_their_row():
    data = b'a,b\n\n1,"two\nlines"\n , \n2,x\n'

    assert rows_of(data) == [(1, ["a", "b"]), (3, ["1", "two\nlines"]), (4, [" ", " "]), (5, ["2", "x"])]


@pytest.mark.parametrize(
    "_case, data, code, row",
    [
        ("quotation mark that never closes", b'a,b\n1,"open\n2,3\n', "import.quotes", 2),
        ("text behind a closed quotation", b'a,b\n1,"x"y\n', "import.quotes", 2),
        ("zero bytes", b"a,b\n1,2\n3,\x00\n", "import.nul", 3),
        ("a sign of another encoding", b"a,b\n1,\xff\n", "import.encoding_row", 1),
    ],
)
def test_malformed_text_is_refused_with_its_row(_case, data, code, row):
    with pytest.raises(Refused) as refusal:
        rows_of(data)

    assert (refusal.value.code, refusal.value.params["row"]) == (code, row)


@pytest.mark.parametrize("megabytes", [1, 10])
def test_a_huge_cell_is_refused_with_row_and_column(megabytes):
    data = b"a,b,c\n1,2,3\n4,5," + b"x" * megabytes * 1024 * 1024 + b"\n7,8,9\n"

    with pytest.raises(Refused) as refusal:
        list(read_rows(large_opener(data)(), "utf-8", ","))

    assert refusal.value.code == "import.cell_huge"
    assert (refusal.value.params["row"], refusal.value.params["column"]) == (3, 3)


def test_too_many_columns_are_refused():
    with pytest.raises(Refused) as refusal:
        rows_of(b"," * 500 + b"x\n")

    assert refusal.value.code == "import.columns"


@pytest.mark.parametrize(
    "sample, delimiter",
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a;b;c\n1,5;2;3\n", ";"),
        ("a|b\n1|2\n", "|"),
        ("only\n1\n", ","),
        ('name,note\n"x; y; z",1\n', ","),
    ],
)
def test_the_delimiter_that_divides_evenly_is_found(sample, delimiter):
    assert guess_delimiter(sample) == delimiter
