"""Adding records up by day: by unit down to sub-branches, and by supplier; what makes the trend quick (CUS-11)."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from keyuan.customers.models import QualityCount, RecordQuality, SupplierCount
from keyuan.customers.rules.quality import DIMENSIONS, codes_of
from keyuan.customers.selectors.quality.board import SUMS, is_invalid
from keyuan.platform.imports.bulk import Same, insert

#: The whole book among the units and branches.
WHOLE = 0
#: Days kept one by one; of older months the last counted day stays.
DAILY = 92
Sums = dict[str, int]


def count_day(day: date) -> None:
    """Add the records up as they stand into ``day``; done twice it is the same."""
    units, suppliers = _units(), _suppliers()
    with transaction.atomic():
        QualityCount.objects.filter(day=day).delete()
        _insert_units(day, units)
        SupplierCount.objects.filter(day=day).delete()
        _insert_suppliers(day, suppliers)
    _thin_out(day)


def _units() -> dict[tuple[int, str], Sums]:
    """Add up by unit and channel. The database groups by findings, few among many records; the rest is arithmetic."""
    place = ("branch_id", "sub_branch_id", "sales_channel", "level", "findings")
    added = {f"sum_{name}": Sum(name) for name in ("score", *DIMENSIONS)}
    rows = RecordQuality.objects.order_by().values_list(*place).annotate(records=Count("pk"), **added)
    totals: dict[tuple[int, str], Sums] = defaultdict(lambda: defaultdict(int))
    masks: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    for branch, sub_branch, channel, level, findings, records, *sums in rows.iterator(chunk_size=10_000):
        for unit in {WHOLE, branch or WHOLE, sub_branch or WHOLE}:
            total = totals[unit, channel]
            total["records"] += records
            total[level] += records
            for name, number in zip(("score", *DIMENSIONS), sums, strict=True):
                total[name] += number
            masks[unit, channel][findings] += records
    for key, found in masks.items():
        for mask, records in found.items():
            for code in codes_of(mask):
                totals[key][code] += records
    return totals


def _suppliers() -> dict[tuple[int, str, str], tuple[int, int, int]]:
    rows = RecordQuality.objects.exclude(supplier="").order_by().values_list("branch_id", "sales_channel", "supplier")
    counted = rows.annotate(records=Count("pk"), total=Sum("score"), bad=Count("pk", filter=is_invalid()))
    totals: dict[tuple[int, str, str], tuple[int, int, int]] = {}
    for branch, channel, supplier, *numbers in counted:
        for place in {WHOLE, branch or WHOLE}:
            before = totals.get((place, channel, supplier), (0, 0, 0))
            totals[place, channel, supplier] = (
                before[0] + numbers[0],
                before[1] + numbers[1],
                before[2] + numbers[2],
            )
    return totals


def _insert_units(day: date, totals: dict[tuple[int, str], Sums]) -> None:
    rows = list(totals.items())
    columns: dict[str, Any] = {
        "day": Same(day),
        "unit_id": [unit for (unit, _channel), _sums in rows],
        "sales_channel": [channel for (_unit, channel), _sums in rows],
        "records": [sums["records"] for _key, sums in rows],
        "sums": [json.dumps({name: sums[name] for name in SUMS if sums[name]}) for _key, sums in rows],
    }
    insert(QualityCount, columns, len(rows))


def _insert_suppliers(day: date, totals: dict[tuple[int, str, str], tuple[int, int, int]]) -> None:
    rows = list(totals.items())
    columns: dict[str, Any] = {"day": Same(day)}
    for place, name in enumerate(("branch_id", "sales_channel", "supplier")):
        columns[name] = [key[place] for key, _numbers in rows]
    for place, name in enumerate(("records", "score", "invalid")):
        columns[name] = [numbers[place] for _key, numbers in rows]
    insert(SupplierCount, columns, len(rows))


def _thin_out(today: date) -> None:
    """Delete counts of old days but the last of each month."""
    for table in (QualityCount, SupplierCount):
        old = table.objects.filter(day__lt=today - timedelta(days=DAILY))
        days = sorted(set(old.order_by().values_list("day", flat=True).distinct()))
        months = {(day.year, day.month): day for day in days}
        for day in days:
            if months[day.year, day.month] != day:
                with transaction.atomic():
                    table.objects.filter(day=day).delete()
