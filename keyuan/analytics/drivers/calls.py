"""Which columns of a file of calls hold day, interval and number (ANA-14)."""

import re

import pandas as pd

from keyuan.analytics.drivers.tables import require_columns

#: How the three columns are usually called; otherwise they are taken by their place.
USUAL = {
    "date": re.compile(r"date|day|日期", re.IGNORECASE),
    "interval": re.compile(r"interval|bin|slot|time|hour|时段|时间", re.IGNORECASE),
    "calls": re.compile(r"calls|count|volume|offered|来电|呼入|话务", re.IGNORECASE),
}


def columns_of(frame: pd.DataFrame, given: dict[str, str]) -> dict[str, str]:
    """Return which column holds what: as ``given``, by its usual name, or by its place among the first three."""
    require_columns(frame, filter(None, given.values()))
    names = [str(name) for name in frame.columns]
    found: dict[str, str] = {}
    for place, (role, usual) in enumerate(USUAL.items()):
        likely = [name for name in names if usual.search(name) and name not in found.values()]
        found[role] = given[role] or (likely[0] if likely else names[min(place, len(names) - 1)])
    return found
