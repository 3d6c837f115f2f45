"""Giving numbers out: a counter per series moves in the caller's transaction; gaps are fine, doubles impossible."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from keyuan.kernel.numbers import make_number
from keyuan.kernel.registry import Registry
from keyuan.platform.models.number_counter import NumberCounter


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """One kind of number: ``prefix`` and how many digits carry the counter."""

    key: str
    prefix: str
    width: int


number_series: Registry[NumberSeries] = Registry()


def allocate(series: str, count: int = 1) -> list[str]:
    """Return ``count`` fresh numbers of a registered series.

    Needs an open transaction (RuntimeError otherwise): rolled back, the numbers return. Raises KeyError for an
    unknown series and OverflowError when it is used up.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are allocated in the transaction that uses them")
    spec = number_series[series]
    moved = NumberCounter.objects.filter(series=series)
    if not moved.update(used=F("used") + count):
        NumberCounter.objects.bulk_create([NumberCounter(series=series)], ignore_conflicts=True)
        moved.update(used=F("used") + count)
    # The update above holds the row, so nobody can move the counter between it and this read.
    end = moved.values_list("used", flat=True).get()
    if end > 10**spec.width:
        raise OverflowError(f"series {series} is used up")
    return [make_number(spec.prefix, counter, spec.width) for counter in range(end - count, end)]
