"""The book on a day, and what came of it within a year: to learn from and to be judged by (ANA-6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from keyuan.analytics.rules.lapse.book import Book, Floats, day_number

#: Durations are looked at in half-years, up to this many.
HALF_YEARS = 60
#: Months between two snapshots to learn from.
STEP_MONTHS = 6
#: Windows weighing less than this part of the newest are left away.
LEAST_WEIGHT = 0.02

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Snapshot:
    """The policies in force on ``day`` (places in the book), their age in half-years, and to whom it happened."""

    day: date
    rows: Rows
    half_years: npt.NDArray[np.int16]
    happened: Floats


@dataclass(frozen=True)
class Sample:
    """Rows of features to learn from, equal ones counted: ``codes`` has the half-years in its last column."""

    codes: npt.NDArray[np.int16]
    happened: Floats
    weight: Floats


def month_later(day: date, months: int) -> date:
    """Return the first of the month ``months`` after the month of ``day``."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def snapshot(book: Book, day: date, months: int = 12) -> Snapshot:
    """Return who is in force at the beginning of ``day`` and who of them has the event within ``months``."""
    begin, end = day_number(day), day_number(month_later(day, months))
    rows = np.flatnonzero((book.issue < begin) & (book.end >= begin))
    half_years = np.minimum((begin - book.issue[rows]) // (365.25 / 2), HALF_YEARS).astype(np.int16)
    happened = book.event[rows] & (book.end[rows] < end)
    return Snapshot(day, rows, half_years, happened.astype(float))


def closed_days(book: Book, by: date, months: int = 12, step: int = STEP_MONTHS) -> Iterator[date]:
    """Yield, newest first, the days whose windows of ``months`` had closed by the beginning of ``by``."""
    first = book.issue.min()
    day = month_later(by, -months)
    while day_number(day) > first:
        yield day
        day = month_later(day, -step)


def sample(
    book: Book,
    by: date,
    *,
    half_life: float,
    with_age: bool = True,
    months: int = 12,
    step: int = STEP_MONTHS,
    max_rows: int,
    seed: int,
) -> Sample:
    """Return what could be learnt by ``by``: windows lose half their weight in ``half_life`` years.

    Each window gives at most its part of ``max_rows``, drawn with ``seed``; equal rows are counted. Without the age
    (its column is 0) far more rows are equal.
    """
    days = [
        (day, weight)
        for day in closed_days(book, by, months, step)
        if (weight := 0.5 ** ((by.year - day.year + (by.month - day.month) / 12 - months / 12) / half_life))
        >= LEAST_WEIGHT
    ]
    draw = np.random.default_rng(seed)
    parts, weights, happened = [], [], []
    for day, weight in days:
        seen = snapshot(book, day, months)
        kept = np.arange(len(seen.rows))
        share = max_rows // len(days)
        if len(kept) > share:
            kept = np.sort(draw.choice(kept, share, replace=False))
        codes = codes_of(book, seen, kept)
        codes[:, -1] *= with_age
        parts.append(codes)
        happened.append(seen.happened[kept])
        weights.append(np.full(len(kept), weight))
    return counted(np.concatenate(parts), np.concatenate(happened), np.concatenate(weights))


def codes_of(book: Book, seen: Snapshot, kept: Rows | slice = slice(None)) -> npt.NDArray[np.int16]:
    """Return the features of a snapshot as one table of codes, the half-years last."""
    columns: Sequence[npt.NDArray[np.int16]] = [feature.codes[seen.rows[kept]] for feature in book.features]
    return np.column_stack([*columns, seen.half_years[kept]])


def counted(codes: npt.NDArray[np.int16], happened: Floats, weight: Floats) -> Sample:
    """Return equal rows once, with their weights added up: the same to a model, and a tenth of the work."""
    table = np.ascontiguousarray(np.column_stack([codes, happened.astype(np.int16)]))
    _, first, group = np.unique(
        table.view([("", table.dtype)] * table.shape[1]).ravel(), return_index=True, return_inverse=True
    )
    return Sample(codes[first], happened[first], np.bincount(group, weight).astype(np.float64))
