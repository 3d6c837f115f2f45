"""The report as one HTML file that opens anywhere and loads nothing."""

from collections.abc import Iterable
from html import escape

from keyuan.analytics.rules.reporting import texts
from keyuan.analytics.rules.reporting.charts import COLOURS, drawn
from keyuan.analytics.rules.reporting.parts import BarChart, Fact, LineChart, Report, Section, Table
from keyuan.analytics.rules.reporting.printing import shown
from keyuan.analytics.rules.reporting.texts import Language, Text

STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--back:#fff;--warn:#8a5a00;--c0:#1f6feb;
--c1:#c2410c;--c2:#0f7b5f;--c3:#7c3aed;--c4:#6b7280}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b6;--line:#343d4a;--back:#12161c;--warn:#f0b849;
--c0:#6ea8fe;--c1:#fb923c;--c2:#4cc9a5;--c3:#b794f6;--c4:#9ca3af}}
body{margin:0 auto;max-width:960px;padding:24px 16px;background:var(--back);color:var(--ink);
font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{font-size:24px;margin:0 0 8px}h2{font-size:18px;margin:32px 0 8px}h3{font-size:15px;margin:16px 0 4px}
.table{overflow-x:auto}table{border-collapse:collapse;margin:8px 0}
th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
td.figure,th.figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.warnings{border-left:3px solid var(--warn);padding-left:12px}
td{min-width:5em;overflow-wrap:anywhere}td.figure{min-width:0}
svg{width:100%;max-width:640px;height:auto}svg text{fill:var(--soft);font-size:12px}
.end{text-anchor:end}.mid{text-anchor:middle}.grid{stroke:var(--line);fill:none}.line{fill:none;stroke-width:2}
.dashed{stroke-dasharray:5 4}.whisker{stroke:var(--ink);stroke-width:1.5;fill:none}.key{margin-right:16px}
.key::before{content:"";display:inline-block;width:12px;height:3px;margin-right:6px;vertical-align:middle;
background:currentColor}
"""


def page(report: Report, language: Language) -> str:
    """Return the whole page; every text that came from a file is escaped."""
    title = escape(report.title.of(language))
    body = "".join((
        f"<h1>{title}</h1>",
        _warnings(report.warnings, language),
        _facts(texts.FACTS, report.facts, language),
        f"<h2>{texts.PROTOCOL.of(language)}</h2><p>{escape(report.protocol.of(language))}</p>",
        f"<p>{texts.SEED.of(language)}: {report.seed}</p>",
        *(_section(section, language) for section in report.sections),
        _facts(texts.CIRCUMSTANCES, report.circumstances, language),
    ))  # fmt: skip
    return (
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-Hans"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}{_colours()}</style></head><body>{body}</body></html>\n"
    )


def _colours() -> str:
    return "".join(
        f".line.c{place}{{stroke:var(--c{place})}}circle.c{place},rect.c{place}{{fill:var(--c{place})}}"
        f".key.c{place}::before{{color:var(--c{place})}}"
        for place in range(COLOURS)
    )


def _warnings(warnings: Iterable[Text], language: Language) -> str:
    items = "".join(f"<li>{escape(warning.of(language))}</li>" for warning in warnings)
    return f'<div class="warnings"><h2>{texts.WARNINGS.of(language)}</h2><ul>{items}</ul></div>' if items else ""


def _facts(title: Text, facts: Iterable[Fact], language: Language) -> str:
    rows = "".join(
        f"<tr><th>{escape(one.label.of(language))}</th><td>{escape(shown(one.value, one.format, language))}</td></tr>"
        for one in facts
    )
    return f'<h2>{title.of(language)}</h2><div class="table"><table>{rows}</table></div>' if rows else ""


def _section(section: Section, language: Language) -> str:
    return "".join((
        f'<section id="{escape(section.key)}"><h2>{escape(section.title.of(language))}</h2>',
        *(f"<p>{escape(note.of(language))}</p>" for note in section.notes),
        *(_chart(chart, section.title, language) for chart in section.charts),
        *(_table(table, language) for table in section.tables),
        "</section>",
    ))  # fmt: skip


def _chart(chart: LineChart | BarChart, heading: Text, language: Language) -> str:
    # A drawing called like its section needs no heading of its own.
    title = f"<h3>{escape(chart.title.of(language))}</h3>" if chart.title != heading else ""
    keys = ""
    if isinstance(chart, LineChart):
        keys = "".join(
            f'<span class="key c{place % COLOURS}">{escape(line.label.of(language))}</span>'
            for place, line in enumerate(chart.lines)
        )
    return f"{title}{drawn(chart, language)}<p>{keys}</p>"


def _table(table: Table, language: Language) -> str:
    forms = [column.format for column in table.columns]
    marks = ["" if form == "text" else ' class="figure"' for form in forms]
    heads = "".join(
        f"<th{mark}>{escape(column.label.of(language))}</th>" for column, mark in zip(table.columns, marks, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{mark}>{escape(shown(value, form, language))}</td>"
            for value, form, mark in zip(row, forms, marks, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    return f'<div class="table"><table id="{escape(table.key)}"><tr>{heads}</tr>{rows}</table></div>'
