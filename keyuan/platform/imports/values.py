"""From a cell's text to a value: one function per kind of field. All raise `Refused` with a code and its remedy.

Nothing is guessed: a figure with too many decimals, a date of unknown order or an unknown word is refused, unless the
mapping says how it is meant.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from keyuan.kernel.errors import Refused
from keyuan.kernel.money import affine, parse_money
from keyuan.kernel.width import half_width

Parse = Callable[[str], Any]

EXCEL = "excel"
#: Day 0 of Excel's calendar, which believes in 29 February 1900.
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_RANGE = (61, 2_958_465)
#: Nothing in a file is older; systems write days of the year 1 for "unknown", and they overflow as moments.
_FIRST_YEAR = 1800
ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
MAX_INTEGER = 2**31 - 1

_DATE = re.compile(
    r"(?P<y>\d{4})(?P<s>[-/.]|年)(?P<m>\d{1,2})(?:(?P=s)|月)(?P<d>\d{1,2})日?"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?")
_TRUE = frozenset(("1", "y", "yes", "true", "t", "是", "有", "√"))
_FALSE = frozenset(("0", "n", "no", "false", "f", "否", "无", "×"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text_parser(limit: int) -> Parse:
    """Return a parser of texts of at most ``limit`` characters; blanks at the ends go, control signs are refused."""

    def parse(cell: str) -> str:
        plain = cell.strip()
        if len(plain) > limit:
            raise Refused("import.text_long", length=len(plain), limit=limit)
        if not plain.isprintable() and _CONTROL.search(plain):
            raise Refused("import.text_control")
        return plain

    return parse


def parse_number(cell: str) -> Decimal:
    """Return a number written with a point, with or without thousands commas. Raises Refused import.number."""
    plain = half_width(cell).strip()
    if not plain or not _NUMBER.fullmatch(plain):
        raise Refused("import.number")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        raise Refused("import.number") from None


def whole_parser(
    least: int, most: int, scale: Decimal | None = None, offset: Decimal | None = None, rounding: str | None = None
) -> Parse:
    """Return a parser of whole numbers within bounds, after ``number × scale + offset``.

    A fraction is refused unless ``rounding`` says how to round it.
    """

    def parse(cell: str) -> int:
        number = parse_number(cell)
        if scale is not None or offset is not None:
            number = number * (scale if scale is not None else 1) + (offset or 0)
        if abs(number) > 10**18:
            raise Refused("import.number_range", least=least, most=most)
        whole = number.to_integral_value(rounding=rounding or ROUND_HALF_UP)
        if whole != number and rounding is None:
            raise Refused("import.fraction")
        if not least <= whole <= most:
            raise Refused("import.number_range", least=least, most=most)
        return int(whole)

    return parse


def money_parser(
    currency: str, scale: Decimal | None = None, offset: Decimal | None = None, rounding: str | None = None
) -> Parse:
    """Return a parser of amounts into minor units of ``currency``.

    With ``scale`` or ``offset`` the figure is brought to main units by ``number × scale + offset`` and rounded once.
    """
    if scale is None and offset is None and rounding is None:
        return lambda cell: parse_money(_plain_figure(cell), currency).amount_minor
    factor, shift = scale if scale is not None else Decimal(1), offset or Decimal(0)

    def parse(cell: str) -> int:
        number = parse_number(cell)
        if abs(number) > 10**15:
            raise Refused("money.too_large")
        return affine(
            number, scale=factor, offset=shift, currency=currency, rounding=rounding or ROUND_HALF_UP
        ).amount_minor

    return parse


def _plain_figure(cell: str) -> str:
    """Write 1.236E3 as 1236: spreadsheets export large figures so."""
    plain = cell.strip()
    if ("e" in plain or "E" in plain) and _NUMBER.fullmatch(plain):
        return format(Decimal(plain), "f")
    return plain


def date_parser(formats: Sequence[str] = ()) -> Parse:
    """Return a parser of dates: year first in any usual spelling, and what ``formats`` (strptime, or excel) allow."""

    def parse(cell: str) -> date:
        plain = half_width(cell).strip()
        for pattern in formats:
            found = _excel_day(plain) if pattern == EXCEL else _by_pattern(plain, pattern)
            if found is not None:
                return _real(found)
        return _year_first(plain)

    return parse


def _by_pattern(plain: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(plain, pattern).date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def _excel_day(plain: str) -> date | None:
    whole = plain.partition(".")[0]
    if not whole.isdecimal() or not whole.isascii() or len(whole) > 7:
        return None
    number = int(whole)
    return _EXCEL_ZERO + timedelta(days=number) if _EXCEL_RANGE[0] <= number <= _EXCEL_RANGE[1] else None


def _year_first(plain: str) -> date:
    match = _DATE.fullmatch(plain)
    if match:
        parts: Sequence[str] = (match["y"], match["m"], match["d"])
    else:
        compact = _COMPACT_DATE.fullmatch(plain)
        if compact is None:
            raise Refused("import.date_pattern")
        parts = compact.groups()
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        raise Refused("import.date_unreal") from None
    return _real(day)


def _real(day: date) -> date:
    if day.year < _FIRST_YEAR:
        raise Refused("import.date_unreal")
    return day


def choice_parser(words: Mapping[str, str]) -> Parse:
    """Return a parser of words to codes; ``words`` are in lower case. Raises Refused import.word (``known``)."""
    known = ", ".join(sorted(set(words.values())))

    def parse(cell: str) -> str:
        code = words.get(half_width(cell).strip().lower())
        if code is None:
            raise Refused("import.word", known=known)
        return code

    return parse


def parse_flag(cell: str) -> bool:
    """Return a truth value: yes/no, 是/否, 1/0. Raises Refused import.flag."""
    plain = half_width(cell).strip().lower()
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    raise Refused("import.flag")
