"""Rows of a spreadsheet into lines of a rate table: which column means what, what each cell says (PRD-2)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from keyuan.kernel.errors import Refused
from keyuan.kernel.width import half_width
from keyuan.products.rules.pricing import DIMENSIONS, RATE_UNIT, RateKey
from keyuan.products.rules.rate_checks import RateLine
from keyuan.products.rules.terms import parse_term

HEADINGS = {
    "age": ("age", "年龄", "投保年龄", "被保险人年龄", "周岁"),
    "sex": ("sex", "gender", "性别"),
    "cover_term": ("cover_term", "cover term", "保险期间", "保障期间", "保险期限"),
    "pay_term": ("pay_term", "payment term", "交费期间", "交费年期", "缴费期间", "交费期", "缴费年限"),
    "occupation": ("occupation", "occupation class", "职业类别", "职业等级"),
    "plan": ("plan", "计划", "方案", "档次", "保障计划", "座位数", "使用性质"),
    "year": ("year", "policy year", "保单年度", "年度"),
    "rate": ("rate", "premium", "费率", "保费", "保险费", "现金价值", "年交保费"),
}
SEXES = {
    "1": "1", "男": "1", "男性": "1", "m": "1", "male": "1",
    "2": "2", "女": "2", "女性": "2", "f": "2", "female": "2",
}  # fmt: skip
OCCUPATIONS = ("1", "2", "3", "4", "5", "6")
OLDEST, LAST_YEAR = 120, 120
MOST_ROWS = 200_000
#: A file wrong from top to bottom is not told cell by cell.
MOST_ISSUES = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns; ``by_sex`` are rate columns of one sex each, for tables with 男 and 女 side by side.

    ``heading`` is the first row as it stands in the file.
    """

    places: dict[str, int]
    by_sex: dict[str, int]
    heading: tuple[str, ...]

    @property
    def dimensions(self) -> list[str]:
        """What the table depends on, in the order in which rows are named."""
        stated = set(self.places) | ({"sex"} if self.by_sex else set())
        return [name for name in DIMENSIONS if name in stated]


def find_columns(heading: Sequence[str]) -> Columns:
    """Return which column means what. Raises `Refused` rates.no_rate_column, or rates.strange_column with ``name``."""
    places: dict[str, int] = {}
    by_sex: dict[str, int] = {}
    known = {word: name for name, words in HEADINGS.items() for word in words}
    for place, cell in enumerate(heading):
        word = half_width(cell).strip().lower()
        if not word:
            continue
        if word in known and known[word] not in places:
            places[known[word]] = place
        elif word in SEXES and SEXES[word] not in by_sex:
            by_sex[SEXES[word]] = place
        else:
            raise Refused("rates.strange_column", field="file", name=cell.strip()[:30])
    if "rate" not in places and not by_sex:
        raise Refused("rates.no_rate_column", field="file")
    if by_sex and ("sex" in places or "rate" in places):
        raise Refused("rates.sex_twice", field="file")
    return Columns(places, by_sex, tuple(cell.strip()[:30] for cell in heading))


def read_lines(rows: Iterable[tuple[int, list[str]]], columns: Columns) -> tuple[list[RateLine], list[Refused]]:
    """Return the lines of the rows that can be read, and every cell that cannot, with ``row`` and ``column``.

    Raises `Refused` rates.too_many.
    """
    lines: list[RateLine] = []
    issues: list[Refused] = []
    for number, cells in rows:
        if len(lines) > MOST_ROWS:
            raise Refused("rates.too_many", field="file", most=MOST_ROWS)
        row = _Row(number, cells, columns)
        found = row.lines()
        issues += row.issues
        lines += found if not row.issues else []
        if len(issues) >= MOST_ISSUES:
            break
    return lines, issues[:MOST_ISSUES]


class _Row:
    """One row as it is read, cell by cell, so that all that is wrong with it is told at once."""

    def __init__(self, number: int, cells: list[str], columns: Columns) -> None:
        self.number, self.cells, self.columns = number, cells, columns
        self.issues: list[Refused] = []

    def lines(self) -> list[RateLine]:
        """Return the rates of the row, meaningless where ``issues`` were noted."""
        values = {name: self._value(name, place) for name, place in self.columns.places.items()}
        rate = values.pop("rate", None)
        if not self.columns.by_sex:
            return [RateLine(self.number, RateKey(**values), _sure(rate))]
        return [
            RateLine(self.number, RateKey(**values, sex=sex), _sure(self._value("rate", place)))
            for sex, place in self.columns.by_sex.items()
            if _cell(self.cells, place)
        ]

    def _value(self, name: str, place: int) -> Any:
        cell = _cell(self.cells, place)
        try:
            return _READERS[name](half_width(cell).strip())
        except (ValueError, InvalidOperation, KeyError, Refused):
            column = self.columns.heading[place]
            self.issues.append(Refused("rates.cell", field="file", row=self.number, column=column, cell=cell[:20]))
            return None


def _sure(rate: Any) -> int:
    return rate if isinstance(rate, int) else 0


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _whole(text: str, most: int) -> int:
    plain = text.removesuffix("周岁").removesuffix("岁").strip()
    if not plain.isdecimal() or int(plain) > most:
        raise ValueError(text)
    return int(plain)


def _rate(text: str) -> int:
    number = Decimal(text.replace(",", ""))
    scaled = number * RATE_UNIT
    if not number.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > 10**15:
        raise ValueError(text)
    return int(scaled)


def _occupation(text: str) -> str:
    plain = text.removesuffix("类").strip()
    if plain not in OCCUPATIONS:
        raise ValueError(text)
    return plain


def _plan(text: str) -> str:
    if not text or len(text) > 20:
        raise ValueError(text)
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "age": lambda text: _whole(text, OLDEST),
    "year": lambda text: _whole(text, LAST_YEAR),
    "sex": lambda text: SEXES[text.lower()],
    "cover_term": parse_term,
    "pay_term": parse_term,
    "occupation": _occupation,
    "plan": _plan,
    "rate": _rate,
}
