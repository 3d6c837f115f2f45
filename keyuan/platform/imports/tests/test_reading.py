"""Rows through a mapping: values, keys, fingerprints, control sums, wrong rows by name (PLT-9)."""

from decimal import Decimal

import pytest

from keyuan.kernel.errors import Invalid
from keyuan.platform.imports.doubles import find_doubles
from keyuan.platform.imports.mappings import from_json
from keyuan.platform.imports.reading import FileReader, stem_of
from keyuan.platform.imports.tests.targets import THINGS

COLUMNS = ["no", "sum", "word", "day"]


def reader(fields=None, name="book.csv.gz", **more):
    rules = {"key": {"column": "no"}, "amount": {"column": "sum"}, "word": {"column": "word"}}
    stored = {"target": "test.things", "source": "shop", "fields": fields or rules, **more}
    return FileReader(from_json(stored), THINGS, COLUMNS, name)


def issues(reading):
    return [(issue.index, issue.field, issue.code) for issue in reading.issues]


def test_sound_rows_become_columns_and_wrong_ones_are_named():
    rows = [
        (2, ["a", "1.50", "x", ""]),
        (3, ["b", "1.505", "x", ""]),
        (4, ["c", "", "x", ""]),
        (5, ["", "2.00", "x", ""]),
        (6, ["d", "3.00"]),
        (7, ["e", "4.00", "", "", ""]),
        (8, ["k" * 81, "5", "", ""]),
    ]

    reading = reader().read(rows)

    assert reading.chunk.numbers == [2, 7]
    assert reading.chunk.keys == ["a", "e"]
    assert reading.chunk.columns == {"key": ["a", "e"], "amount": [150, 400], "word": ["x", None]}
    assert issues(reading) == [
        (6, "", "import.cells"),
        (8, "key", "import.text_long"),
        (3, "amount", "money.decimals"),
        (4, "amount", "import.required"),
        (5, "key", "import.key_empty"),
        (8, "key", "import.key_empty"),
    ]


def test_control_sums_cover_every_row_that_can_be_read():
    reading = reader().read([(2, ["a", "1.50", "", ""]), (3, ["", "2.25", "", ""]), (4, ["c", "x", "", ""])])

    assert (reading.sums["amount"].minor, reading.sums["amount"].unreadable) == (375, 1)


def test_converted_figures_keep_the_sum_of_the_source():
    fields = {"key": {"column": "no"}, "amount": {"column": "sum", "scale": "526.58", "offset": "560.88"}}

    reading = reader(fields).read([(2, ["a", "-0.88", "", ""]), (3, ["b", "2.3", "", ""])])

    assert reading.chunk.columns["amount"] == [9749, 177201]
    assert reading.sums["amount"].raw == Decimal("1.42")


def test_constants_words_unknowns_joins_ratios_and_facts():
    fields = {
        "key": {"columns": ["no", "word"], "join": "/"},
        "amount": {"constant": "7"},
        "word": {"column": "word", "values": {"x": "ex", "none": ""}, "empty": ["?"]},
        "ratio": {"column": "sum"},
    }

    reading = reader(fields, facts=["day"]).read(
        [
            (2, ["a", "0.57", "x", "mon"]),
            (3, ["b", "1", "none", ""]),
            (4, ["c", "1", "?", "tue"]),
            (5, ["d", "1", "", ""]),
        ]
    )

    assert reading.chunk.keys == ["a/x", "b/none", "c/?"]
    assert reading.chunk.columns["amount"] == [700, 700, 700]
    assert reading.chunk.columns["word"] == ["ex", None, None]
    assert reading.chunk.columns["ratio"] == [5700, 10000, 10000]
    assert reading.chunk.facts == [{"day": "mon"}, {}, {"day": "tue"}]
    assert issues(reading) == [(5, "key", "import.key_empty")]


def test_a_source_without_keys_uses_file_and_row():
    reading = reader({"amount": {"column": "sum"}}).read([(2, ["", "1", "", ""]), (9, ["", "1", "", ""])])

    assert reading.chunk.keys == ["book:2", "book:9"]


def test_a_personal_key_is_kept_as_a_keyed_digest_only():
    fields = {"identity_number": {"column": "no"}, "amount": {"column": "sum"}}

    first = reader(fields).read([(2, ["11010519491231002X", "1", "", ""])]).chunk.keys
    again = reader(fields).read([(7, ["11010519491231002X", "2", "", ""])]).chunk.keys

    assert first == again
    assert first[0].startswith("#")
    assert "1101" not in first[0]


def test_a_fingerprint_says_what_the_source_says_and_nothing_else():
    one, two = reader(), reader()
    other = reader(currency="USD")

    same = [one.read([(2, ["a", "1", "x", "ignored"])]).chunk.prints, two.read([(5, ["a", "1", "x", ""])]).chunk.prints]

    assert same[0] == same[1]
    assert one.read([(2, ["a", "2", "x", ""])]).chunk.prints != same[0]
    assert other.read([(2, ["a", "1", "x", ""])]).chunk.prints != same[0]


def test_a_constant_that_cannot_be_read_is_refused_at_once():
    with pytest.raises(Invalid) as error:
        reader({"key": {"column": "no"}, "amount": {"constant": "a lot"}})

    assert [(part.field, part.code) for part in error.value.errors] == [("amount", "money.pattern")]


def test_a_cell_guarded_against_formulas_means_what_it_meant():
    reading = reader().read([(2, ["'=1+1", "1", "'-x", ""])])

    assert (reading.chunk.keys, reading.chunk.columns["word"]) == (["=1+1"], ["-x"])


def test_identical_rows_are_repeated_and_different_ones_contradict_each_other():
    rows = [
        (2, ["a", "1", "x", ""]),
        (3, ["b", "1", "x", ""]),
        (4, ["a", "1", "x", ""]),
        (5, ["b", "2", "x", ""]),
        (6, ["c", "1", "", ""]),
        (7, ["", "1", "", ""]),
        (8, ["", "1", "", ""]),
    ]

    assert find_doubles(reader(), rows) == {4: (False, 2), 3: (True, 5), 5: (True, 3)}


def test_rows_without_keys_of_their_own_never_meet():
    assert find_doubles(reader({"amount": {"column": "sum"}}), [(2, ["a", "1", "", ""])] * 2) == {}


@pytest.mark.parametrize(
    "name, stem",
    [("policies_year0.csv.gz", "policies_year0"), ("C:\\x\\保单.xlsx", "保单"), (".csv", ".csv"), ("a.b.txt", "a.b")],
)
def test_the_stem_of_a_file(name, stem):
    assert stem_of(name) == stem
