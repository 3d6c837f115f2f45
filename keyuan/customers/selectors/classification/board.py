"""The board: every axis with its counts on two days and what moved between them (CUS-5).

Of the whole book and of branches the counts of each day are kept; of what is smaller today's customers are counted and
their later changes taken back, which gives any day since they are on file.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from keyuan.customers.models import ClassChange, ClassCount, ClassFlow, ClassRun, CustomerSummary
from keyuan.customers.rules.classification import AXES, AXIS_KEYS, decode
from keyuan.customers.selectors.classification.places import Place

Cell = tuple[str, str]
#: Points of the trend.
POINTS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One value of an axis: customers on either day, those who moved in and out between, and the rest.

    The rest are customers who came on file, left the place or were merged.
    """

    axis: str
    value: str
    before: int
    after: int
    moved_in: int
    moved_out: int

    @property
    def change(self) -> int:
        """Return the difference of the two days."""
        return self.after - self.before

    @property
    def rest(self) -> int:
        """Return the part of the change that no move explains."""
        return self.change - self.moved_in + self.moved_out


@dataclass(frozen=True, slots=True)
class Move:
    """Customers who went from one value of an axis to another."""

    axis: str
    old: str
    new: str
    moves: int


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows: the days that were really counted, rows by axis, moves, and when the book was last run."""

    first: date
    last: date
    rows: dict[str, list[Row]]
    moves: dict[str, list[Move]]
    counted_at: datetime | None


def board_of(place: Place, first: date, last: date) -> Board:
    """Return the board of ``place`` between two days; a day that was not counted gives way to the one before."""
    if place.branch is None:
        counts, moves = (_live_counts(place, day) for day in (first, last)), _live_moves(place, first, last)
    else:
        first, last = _kept_day(place, first), _kept_day(place, last)
        counts, moves = (_kept_counts(place, day) for day in (first, last)), _kept_moves(place, first, last)
    before, after = counts
    run = ClassRun.objects.order_by("-pk").first()
    rows = {axis: _rows(axis, before, after, moves) for axis in AXIS_KEYS}
    return Board(first, last, rows, _moves_by_axis(moves), run.finished_at if run else None)


def trend_of(place: Place, axis: str, last: date) -> tuple[list[date], dict[str, list[int]]]:
    """Return up to twelve counted days, evenly over the last year, and the counts of each value of ``axis``."""
    if place.branch is None:
        return [], {}
    days = _spread(_kept_days(place, last))
    found = _filtered(ClassCount.objects.filter(branch_id=place.kept, day__in=days, axis=axis), place)
    sums = {
        (row["day"], row["value"]): row["total"]
        for row in found.order_by().values("day", "value").annotate(total=Sum("customers"))
    }
    return days, {value: [sums.get((day, value), 0) for day in days] for value in AXES[axis]}


def counted_days(place: Place) -> tuple[date, date] | None:
    """Return the first and the last day that the board can show."""
    if place.branch is None:
        oldest = CustomerSummary.objects.filter(place.rows).order_by("opened_on").values_list("opened_on", flat=True)
        newest = ClassRun.objects.order_by("-day").values_list("day", flat=True).first()
        first = oldest.first()
        return (first, newest) if first and newest else None
    days = ClassCount.objects.filter(branch_id=place.kept).order_by("day").values_list("day", flat=True)
    first, last = days.first(), days.last()
    return (first, last) if first and last else None


def _kept_day(place: Place, day: date) -> date:
    days = ClassCount.objects.filter(branch_id=place.kept, day__lte=day).order_by("-day")
    return days.values_list("day", flat=True).first() or day


def _kept_days(place: Place, last: date) -> list[date]:
    first = last.replace(day=1, year=last.year - 1)
    rows = ClassCount.objects.filter(branch_id=place.kept, day__gte=first, day__lte=last)
    return sorted(rows.order_by().values_list("day", flat=True).distinct())


def _spread(days: Sequence[date]) -> list[date]:
    if len(days) <= POINTS:
        return list(days)
    return [days[round(number * (len(days) - 1) / (POINTS - 1))] for number in range(POINTS)]


def _filtered(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    return rows.filter(sales_channel=place.channel) if place.channel else rows


def _kept_counts(place: Place, day: date) -> Counter[Cell]:
    found = _filtered(ClassCount.objects.filter(branch_id=place.kept, day=day), place)
    sums = found.order_by().values_list("axis", "value").annotate(total=Sum("customers"))
    return Counter({(axis, value): total for axis, value, total in sums})


def _kept_moves(place: Place, first: date, last: date) -> list[Move]:
    found = _filtered(ClassFlow.objects.filter(branch_id=place.kept, day__gt=first, day__lte=last), place)
    sums = found.order_by().values_list("axis", "old", "new").annotate(total=Sum("moves"))
    return [Move(axis, old, new, total) for axis, old, new, total in sums]


def _changes(place: Place) -> QuerySet[Any]:
    rows = CustomerSummary.objects.filter(place.rows).values("pk")
    return ClassChange.objects.filter(customer_id__in=rows)


def _live_moves(place: Place, first: date, last: date) -> list[Move]:
    found = _changes(place).filter(on__gt=first, on__lte=last).order_by()
    sums = found.values_list("axis", "old", "new").annotate(total=Count("pk"))
    return [Move(axis, old, new, total) for axis, old, new, total in sums]


def _live_counts(place: Place, day: date) -> Counter[Cell]:
    there = CustomerSummary.objects.filter(place.rows, opened_on__lte=day)
    counts: Counter[Cell] = Counter()
    for code, customers in there.order_by().values_list("class_code").annotate(total=Count("pk")):
        for cell in decode(code).items():
            counts[cell] += customers
    later = _changes(place).filter(on__gt=day, customer__summary__opened_on__lte=day).order_by()
    for axis, old, new, moves in later.values_list("axis", "old", "new").annotate(total=Count("pk")):
        counts[axis, old] += moves
        counts[axis, new] -= moves
    return counts


def _rows(axis: str, before: Counter[Cell], after: Counter[Cell], moves: Iterable[Move]) -> list[Row]:
    into: Counter[str] = Counter()
    out: Counter[str] = Counter()
    for move in moves:
        if move.axis == axis:
            into[move.new] += move.moves
            out[move.old] += move.moves
    return [Row(axis, value, before[axis, value], after[axis, value], into[value], out[value]) for value in AXES[axis]]


def _moves_by_axis(moves: Iterable[Move]) -> dict[str, list[Move]]:
    found: dict[str, list[Move]] = {axis: [] for axis in AXIS_KEYS}
    for move in sorted(moves, key=lambda one: -one.moves):
        found[move.axis].append(move)
    return found
