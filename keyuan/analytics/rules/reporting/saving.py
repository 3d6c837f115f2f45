"""The report as files."""

import json
import math
from pathlib import Path
from typing import Any

from keyuan.analytics.rules.reporting.page import page
from keyuan.analytics.rules.reporting.parts import Fact, Report, Table, Value
from keyuan.analytics.rules.reporting.texts import Language, Text


def as_data(report: Report) -> dict[str, Any]:
    """Return the report for programs: keys instead of headings, numbers in full, texts in English."""
    return {
        "kind": report.kind,
        "title": report.title.en,
        "protocol": report.protocol.en,
        "seed": report.seed,
        "facts": _facts(report.facts),
        "warnings": [warning.en for warning in report.warnings],
        "sections": {
            section.key: {
                "notes": [note.en for note in section.notes],
                **{table.key: _rows(table) for table in section.tables},
            }
            for section in report.sections
        },
        "circumstances": _facts(report.circumstances),
    }


def files_of(stem: Path) -> tuple[Path, Path]:
    """Return the files that `write` makes of ``stem``: for programs, and to be read."""
    return stem.with_name(f"{stem.name}.json"), stem.with_name(f"{stem.name}.html")


def write(report: Report, stem: Path, *, language: Language = "zh-hans") -> tuple[Path, Path]:
    """Write ``stem``.json and ``stem``.html (in ``language``) and return both paths. Raises OSError.

    ``stem`` is a path without ending: ``model/report`` makes ``model/report.json``.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    data, html = files_of(stem)
    text = json.dumps(as_data(report), ensure_ascii=False, indent=1, allow_nan=False)
    data.write_text(f"{text}\n", encoding="utf-8")
    html.write_text(page(report, language), encoding="utf-8")
    return data, html


def _facts(facts: Any) -> dict[str, Value]:
    return {fact.key: _plain(fact.value) for fact in facts if isinstance(fact, Fact)}


def _rows(table: Table) -> list[dict[str, Value]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(_plain, row), strict=True)) for row in table.rows]


def _plain(value: Value | Text) -> Value:
    if isinstance(value, Text):
        return value.en
    # JSON knows neither infinity nor not-a-number.
    return None if isinstance(value, float) and not math.isfinite(value) else value
