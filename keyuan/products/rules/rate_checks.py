"""What is wrong or strange in a table of rates before anybody is charged by it (PRD-2).

Errors keep a table from being released: doubles, holes, rates of nothing. Warnings ask for a look: rates that fall
with age, sudden jumps, combinations that other rows would let one expect, ages of the product without a rate.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from keyuan.kernel.errors import Refused
from keyuan.products.rules.pricing import RateKey

ERROR, WARNING = "error", "warning"
#: From one age to the next a rate seldom more than doubles; more is asked about (GK).
JUMP = 2
#: Findings of one kind that are kept with a table; the rest is counted.
MOST = 200


@dataclass(frozen=True, slots=True)
class RateLine:
    """A row as read: its number in the file, where it stands, its rate in millionths of a yuan."""

    row: int
    key: RateKey
    rate: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: level, stable code, the parameters of its sentence."""

    level: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """Everything found, at most `MOST` a code, all of them counted."""

    kept: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    errors: int = 0

    def add(self, level: str, code: str, **params: Any) -> None:
        """Note one finding."""
        self.counts[code] = self.counts.get(code, 0) + 1
        self.errors += level == ERROR
        if self.counts[code] <= MOST:
            self.kept.append(Finding(level, code, params))

    def to_json(self) -> dict[str, Any]:
        """Return the findings as JSON values."""
        return {"kept": [asdict(item) for item in self.kept], "counts": self.counts, "errors": self.errors}


def check_rates(
    lines: Sequence[RateLine], dimensions: Sequence[str], *, ages: tuple[int, int] | None,
    unread: Sequence[Refused] = (),
) -> Findings:  # fmt: skip
    """Return what is wrong with a table; ``ages`` are the product's issue ages where the table depends on age.

    ``unread`` cells are errors, too: everything wrong with a file is told at once. What such a file lacks (holes,
    combinations, ages) is not: it may well stand in the rows that nobody could read.
    """
    found = Findings()
    for issue in unread:
        found.add(ERROR, issue.code, **issue.params)
    if not lines and not unread:
        found.add(ERROR, "rates.empty")
        return found
    _doubles(lines, found)
    for line in lines:
        if line.rate <= 0:
            found.add(ERROR, "rates.not_positive", row=line.row)
    if unread:
        return found
    if "age" in dimensions:
        _ages(lines, found, ages)
    _combinations(lines, [name for name in dimensions if name not in ("age", "year")], found)
    return found


def _doubles(lines: Iterable[RateLine], found: Findings) -> None:
    seen: dict[RateKey, int] = {}
    for line in lines:
        first = seen.setdefault(line.key, line.row)
        if first != line.row:
            found.add(ERROR, "rates.double", row=line.row, first=first)


def _ages(lines: Iterable[RateLine], found: Findings, ages: tuple[int, int] | None) -> None:
    columns: dict[RateKey, dict[int, RateLine]] = defaultdict(dict)
    for line in lines:
        rest = RateKey(None, *(getattr(line.key, name) for name in RateKey.__slots__[1:]))
        columns[rest].setdefault(line.key.age or 0, line)
    for rest, column in columns.items():
        _one_column(rest, column, found)
    if ages is not None:
        known = {age for column in columns.values() for age in column}
        missing = [age for age in range(ages[0], ages[1] + 1) if age not in known]
        if missing:
            found.add(WARNING, "rates.ages_uncovered", first=missing[0], last=missing[-1], count=len(missing))


def _one_column(rest: RateKey, column: dict[int, RateLine], found: Findings) -> None:
    youngest, oldest = min(column), max(column)
    for age in range(youngest, oldest + 1):
        if age not in column:
            found.add(ERROR, "rates.hole", age=age, where=words_of(rest))
    for age in range(youngest + 1, oldest + 1):
        before, line = column.get(age - 1), column.get(age)
        if before is None or line is None:
            continue
        if line.rate < before.rate:
            found.add(WARNING, "rates.falls", row=line.row, age=age)
        elif line.rate > before.rate * JUMP:
            found.add(WARNING, "rates.jump", row=line.row, age=age)


def _combinations(lines: Sequence[RateLine], names: Sequence[str], found: Findings) -> None:
    """A combination that both of its halves would let one expect is missing: male with 20 years, female without."""
    if len(names) < 2:
        return
    values = {name: {getattr(line.key, name) for line in lines} for name in names}
    there = {tuple(getattr(line.key, name) for name in names) for line in lines}
    expected = 1
    for name in names:
        expected *= len(values[name])
    if expected > len(there):
        found.add(WARNING, "rates.combinations", missing=expected - len(there), expected=expected)


def words_of(key: RateKey) -> str:
    """Return the stated parts of a key as they stand in sentences: codes, no words of one language."""
    return (
        " ".join(str(getattr(key, name)) for name in RateKey.__slots__ if getattr(key, name) not in (None, "")) or "-"
    )
