"""Reports of the judges: the same numbers for programs and for people, escaped and self-contained (ANA-6, ANA-7)."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from keyuan.analytics.rules.reporting import charts, circumstances, saving
from keyuan.analytics.rules.reporting.page import page
from keyuan.analytics.rules.reporting.parts import (
    Bar,
    BarChart,
    Column,
    Fact,
    Line,
    LineChart,
    Report,
    Section,
    Table,
)
from keyuan.analytics.rules.reporting.printing import shown
from keyuan.analytics.rules.reporting.texts import Text, verbatim

NASTY = "<script>alert('1')</script>&\""


def report(name=NASTY):
    line = LineChart(
        Text("校准", "Calibration"),
        Text("预测", "Predicted"),
        Text("实际", "Observed"),
        [
            Line(Text("模型", "Model"), [(0.0, 0.0), (0.3, 0.25)]),
            Line(verbatim(name), [(0, 0), (0.3, 0.3)], dashed=True),
        ],
    )
    bars = BarChart(Text("重要性", "Importance"), [Bar(verbatim(name), 0.02, 0.01), Bar(verbatim("b"), -0.01, 0.005)])
    columns = [Column("name", Text("字段", "Column")), Column("share", Text("占比", "Share"), "share")]
    table = Table("rates", columns, [(verbatim(name), 0.5125), (Text("合计", "Total"), float("nan"))])
    return Report(
        "demo", Text("评估报告", "Report"), Text("五折", "Five folds"), 7,
        facts=[Fact("rows", Text("行数", "Rows"), 12345, "count")],
        warnings=[verbatim(name)],
        sections=[Section("quality", Text("效果", "Quality"), [verbatim(name)], [line, bars], [table])],
    )  # fmt: skip


def test_json_holds_the_numbers_in_full_and_no_number_json_does_not_know(tmp_path):
    data, _html = saving.write(report("c47"), tmp_path / "new" / "report")

    told = json.loads(data.read_text(encoding="utf-8"))
    assert told["seed"] == 7
    assert told["facts"] == {"rows": 12345}
    assert told["sections"]["quality"]["rates"] == [{"name": "c47", "share": 0.5125}, {"name": "Total", "share": None}]


@pytest.mark.parametrize(
    "language, words", [("zh-hans", "评估报告 五折 12,345 51.2% 合计"), ("en", "Report Five 51.2% Total")]
)
def test_the_page_says_it_in_one_language_and_escapes_what_it_was_given(language, words):
    html = page(report(), language)

    assert "<script" not in html
    assert not re.findall(r"""(?:src|href|url)\s*[=(]""", html)
    assert [word for word in words.split() if word not in html] == []


def test_drawings_are_whole_and_stay_inside_their_frame():
    section = report().sections[0]
    drawings = [ET.fromstring(charts.drawn(chart, "en")) for chart in section.charts]  # noqa: S314 - our own drawing

    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in drawings[0].iter("circle")]
    assert dots[0] == (64.0, 316.0)
    assert all(0 <= x <= charts.WIDTH and 0 <= y <= charts.HEIGHT for x, y in dots)
    assert [rect.get("height") for rect in drawings[1].iter("rect")] == ["18", "18"]


@pytest.mark.parametrize("value, expected", [(0.3, 0.5), (0.5, 0.5), (7, 10), (0, 1), (float("nan"), 1), (2.2, 2.5)])
def test_a_scale_ends_at_a_round_number(value, expected):
    assert charts.ceiling(value) == pytest.approx(expected)


@pytest.mark.parametrize("value, form, expected", [
    (0.5125, "share", "51.2%"), (1234567, "count", "1,234,567"), (0.123456, "number", "0.1235"), (None, "share", "—"),
    (True, "text", "yes"), (12345.6, "number", "12,346"), (float("inf"), "number", "—"),
])  # fmt: skip
def test_values_read_as_people_write_them(value, form, expected):
    assert shown(value, form, "en") == expected


def test_circumstances_name_the_file_by_its_digest(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"abc")

    told = {fact.key: fact.value for fact in circumstances.Stopwatch().facts([path])}

    assert told["sha256_rows.csv"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert told["peak_mib"] > 0
    assert {"version_python", "version_scikit-learn", "seconds"} <= told.keys()
