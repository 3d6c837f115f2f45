"""Data quality alive in the demo book: every record judged, and half a year of days (CUS-11).

Verdicts are those of the nightly run itself. The past is told from today's: records were fewer and a little worse.
"""

import json
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.customers.rules.quality import CODES, DIMENSIONS, LEVELS
from keyuan.customers.services.quality.bulk import start_run
from keyuan.kernel.actor import system_actor
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.jobs.chunks import run_job
from keyuan.setup.demo.class_rows import POINTS
from keyuan.setup.demo.plan import Book

ACTOR = system_actor("keyuan demo")
#: What a record was worse by half a year ago, in per cent.
WORSE = 12


def open_quality(book: Book) -> None:
    """Judge every record as the night does, and tell how it was before."""
    _run()
    _tell_past(book.as_of)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _run() -> None:
    job = start_run(actor=ACTOR)
    step = -1
    while (row := _rows("platform.TrackedJob").get(pk=job.pk)).is_open and row.step != step:
        step = row.step
        run_job(row.pk, row.step)


def _tell_past(today: date) -> None:
    """Write the counts of earlier days: the nearer to today, the more like it."""
    units = list(
        _rows("customers.QualityCount").filter(day=today).values_list("unit_id", "sales_channel", "records", "sums")
    )
    suppliers = list(
        _rows("customers.SupplierCount")
        .filter(day=today)
        .values_list("branch_id", "sales_channel", "supplier", "records", "score", "invalid")
    )
    for back in POINTS:
        if back:
            with transaction.atomic():
                _write_units(today - timedelta(days=back), back, units)
                _write_suppliers(today - timedelta(days=back), back, suppliers)


def _worse(back: int, key: int) -> float:
    """Return the share by which records were worse, differing a little from unit to unit."""
    return WORSE / 100 * back / POINTS[0] * (0.4 + key % 7 / 5)


def _fewer(number: int, back: int) -> int:
    return max(1, round(number * (1 - 0.0004 * back)))


def _write_units(day: date, back: int, rows: list[Any]) -> None:
    told = [(unit, channel, *_before(records, sums, back, unit)) for unit, channel, records, sums in rows]
    columns: dict[str, Any] = {"day": Same(day)}
    for place, name in enumerate(("unit_id", "sales_channel", "records", "sums")):
        columns[name] = [row[place] for row in told]
    insert(apps.get_model("customers.QualityCount"), columns, len(told))


def _before(records: int, sums: dict[str, int], back: int, unit: int) -> tuple[int, str]:
    count = _fewer(records, back)
    share, worse = count / records, _worse(back, unit)
    found = {name: round(sums.get(name, 0) * share * (1 - worse)) for name in ("score", *DIMENSIONS)}
    found |= {code: min(count, round(sums.get(code, 0) * share * (1 + 2 * worse))) for code in CODES}
    for level in LEVELS[1:]:
        found[level] = round(sums.get(level, 0) * share * (1 + worse))
    found["GOOD"] = max(0, count - sum(found[level] for level in LEVELS[1:]))
    return count, json.dumps(found)


def _write_suppliers(day: date, back: int, rows: list[Any]) -> None:
    told = []
    for branch, channel, supplier, records, score, invalid in rows:
        count, worse = _fewer(records, back), _worse(back, len(supplier) + branch)
        share = count / records
        told.append(
            (branch, channel, supplier, count, round(score * share * (1 - worse)), round(invalid * share * (1 + worse)))
        )
    columns: dict[str, Any] = {"day": Same(day)}
    for place, name in enumerate(("branch_id", "sales_channel", "supplier", "records", "score", "invalid")):
        columns[name] = [row[place] for row in told]
    insert(apps.get_model("customers.SupplierCount"), columns, len(told))
