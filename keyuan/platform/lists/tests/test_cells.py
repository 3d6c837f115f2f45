"""What stands in a cell: kinds, missing values, escaping, one number of decimals a page (ui.md, Formats)."""

from datetime import date

import pytest

from keyuan.platform.lists.cells import Badge, Link, Status, Toned, cell_html, cell_text, kind_for

MISSING = '<span class="text-faint">--</span>'


@pytest.mark.parametrize("kind, value, html", [
    ("text", "周国栋", "周国栋"),
    ("text", "<script>", "&lt;script&gt;"),
    ("text", "", MISSING),
    ("text", None, MISSING),
    ("number", 0, "0"),
    ("number", 12860, "12,860"),
    ("money", 1286000, "12,860.00"),
    ("whole-money", 1286000, "12,860"),
    ("date", date(2026, 3, 16), "2026-03-16"),
    ("date", date(9999, 12, 31), "--"),
    ("date", date(1, 1, 1), "--"),
    ("date", Toned(date(2026, 3, 16), "bad"), '<span class="text-bad">2026-03-16</span>'),
    ("badge", Badge("<b>", "gold"), '<span class="badge badge-gold">&lt;b&gt;</span>'),
    ("badges", [Badge("a"), Badge("b")], '<span class="badge">a</span><span class="badge">b</span>'),
    ("badges", [], MISSING),
    ("status", Status("Normal", "ok"), '<span class="status status-ok">Normal</span>'),
    ("link", Link("<a>", "/x/?a=1&b=2"), '<a href="/x/?a=1&amp;b=2">&lt;a&gt;</a>'),
    ("link", "plain", "plain"),
])  # fmt: skip
def test_value_becomes_an_escaped_fragment(kind, value, html):
    assert cell_html(kind, value) == html


@pytest.mark.parametrize("_case, values, kind", [
    ("no cents on the page", [100, None, Toned(200, "bad")], "whole-money"),
    ("cents in one row", [100, 150], "money"),
    ("cents in a coloured one", [100, Toned(201, "bad")], "money"),
    ("nothing", [], "whole-money"),
])  # fmt: skip
def test_amounts_of_a_page_show_the_same_decimals(_case, values, kind):
    assert kind_for("money", values) == kind


def test_other_kinds_stay_what_they_are():
    assert kind_for("date", [date(2026, 3, 16)]) == "date"


def test_text_of_a_missing_value_is_two_dashes():
    assert cell_text("money", None) == "--"
