"""Mappings as data: checked, explained, remembered (PLT-9)."""

import pytest

from keyuan.kernel.errors import Invalid
from keyuan.platform.imports.guessing import date_formats, guess_fields, guess_target
from keyuan.platform.imports.mappings import from_json, natural_key, problems
from keyuan.platform.imports.tests.targets import THINGS

GOOD = {
    "target": "test.things",
    "source": "shop",
    "currency": "EUR",
    "fields": {
        "key": {"columns": ["a", "b"], "join": "-"},
        "amount": {"column": "c", "scale": "2", "round": "half_up"},
    },
    "facts": ["d"],
}


def codes(error):
    return {(part.field, part.code) for part in error.value.errors}


def test_a_mapping_survives_storing():
    mapping = from_json(GOOD)

    assert from_json(mapping.to_json()) == mapping
    assert mapping.columns() == {"a", "b", "c", "d"}


def test_each_wrong_part_is_named():
    stored = {
        "source": "",
        "currency": "euros",
        "fields": {
            "key": {"column": "a", "constant": "b"},
            "amount": {"column": "a", "scale": "much"},
            "word": {"colour": "red"},
            "day": {"column": "a", "round": "up"},
        },
    }

    with pytest.raises(Invalid) as error:
        from_json(stored)

    assert codes(error) == {
        ("source", "import.source"),
        ("currency", "import.currency"),
        ("key", "import.rule"),
        ("amount", "import.rule_number"),
        ("word", "import.rule"),
        ("day", "import.rule"),
    }


def test_a_mapping_that_does_not_fit_the_file_says_why():
    mapping = from_json({**GOOD, "fields": {"key": {"column": "gone"}, "colour": {"column": "a"}}})

    found = {(part.field, part.code) for part in problems(mapping, THINGS, ["a", "b", "c"])}

    assert found == {
        ("key", "import.column_missing"),
        ("colour", "import.field_unknown"),
        ("facts", "import.column_missing"),
        ("amount", "import.field_required"),
    }


@pytest.mark.parametrize(
    "fields, key",
    [
        ({"key": {"column": "a"}}, ("key",)),
        ({"identity_number": {"column": "a"}}, ("identity_number",)),
        ({"key": {"row": True}}, ()),
        ({}, ()),
    ],
)
def test_the_natural_key_is_what_is_mapped_best(fields, key):
    assert natural_key(from_json({**GOOD, "fields": fields}), THINGS) == key


def test_two_mappings_that_read_alike_mean_the_same_whatever_their_name():
    one, two = from_json({**GOOD, "name": "one"}), from_json({**GOOD, "name": "two"})
    other = from_json({**GOOD, "currency": "USD"})

    assert one.meaning() == two.meaning()
    assert one.meaning() != other.meaning()


def test_columns_are_recognised_by_heading_and_by_content():
    columns = ["编号", "金 额(元)", "谁", "日期", "其他"]
    samples = {
        "谁": ["11010519491231002X", "440524188001010014", "11010519491231002X"],
        "日期": ["45724", "45725", "45726"],
        "其他": ["x", "y", "z"],
    }

    rules = guess_fields(columns, THINGS, samples)

    assert {key: rule.column for key, rule in rules.items()} == {
        "key": "编号",
        "amount": "金 额(元)",
        "day": "日期",
        "identity_number": "谁",
    }
    assert rules["day"].date == ("excel",)


def test_the_target_with_the_most_known_headings_is_proposed():
    assert guess_target(["编号", "amount"], [THINGS]) is THINGS
    assert guess_target(["x"], [THINGS]) is None


@pytest.mark.parametrize(
    "cells, formats",
    [
        (["13/01/2025", "02/03/2025"], ("%d/%m/%Y",)),
        (["01/13/2025", "02/03/2025"], ("%m/%d/%Y",)),
        (["01/02/2025", "02/03/2025"], ()),
        (["2025-01-02"], ()),
        ([], ()),
    ],
)
def test_a_date_format_is_proposed_only_where_it_can_be_told(cells, formats):
    assert date_formats(cells) == formats
