"""What a cell of a published table says: a period, a region of the country (ANA-1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.kernel.addresses import district_part, province_code
from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.regions import find_region, is_known, provinces
from keyuan.kernel.width import half_width

YEAR, QUARTER, MONTH = "Y", "Q", "M"
MONTHS = {YEAR: 12, QUARTER: 3, MONTH: 1}
#: The whole country; no region has this code.
COUNTRY = "000000"
COUNTRY_WORDS = frozenset(("全国", "中国", "全国合计", COUNTRY, "100000", "china"))
EARLIEST, LATEST = 1900, 2200
PROVINCE_DIGITS, CODE_DIGITS = 2, 6
QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "一": 1, "二": 2, "三": 3, "四": 4}
_YEAR = re.compile(r"(\d{4})年?")
_QUARTER = re.compile(r"(\d{4})[-年/]?(?:Q|第)?([1-4一二三四])(?:季度?)?", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})月?")


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a quarter or a month: its kind, first and last day."""

    kind: str
    first: date
    last: date

    @property
    def code(self) -> str:
        """Return "2024", "2024Q1" or "2024-05"."""
        if self.kind == YEAR:
            return f"{self.first.year}"
        if self.kind == QUARTER:
            return f"{self.first.year}Q{(self.first.month + 2) // 3}"
        return f"{self.first.year}-{self.first.month:02d}"


def parse_period(cell: str) -> Period:
    """Return the period that ``cell`` names: 2024, 2024年, 2024Q1, 2024年一季度, 2024-05, 2024年5月.

    Raises Refused external.period.
    """
    text = half_width(cell).strip().replace(" ", "")
    for pattern, read in _FORMS:
        match = pattern.fullmatch(text)
        found = read(*match.groups()) if match else None
        if found is not None:
            return found
    raise Refused("external.period")


def period_of(kind: str, year: int, month: int) -> Period:
    """Return the period of ``kind`` that begins with ``month``."""
    first = date(year, month, 1)
    return Period(kind, first, add_months(first, MONTHS[kind]) - timedelta(days=1))


def _year(year: str) -> Period | None:
    return period_of(YEAR, int(year), 1) if EARLIEST <= int(year) <= LATEST else None


def _quarter(year: str, number: str) -> Period | None:
    return period_of(QUARTER, int(year), QUARTERS[number] * 3 - 2) if EARLIEST <= int(year) <= LATEST else None


def _month(year: str, month: str) -> Period | None:
    sound = EARLIEST <= int(year) <= LATEST and 1 <= int(month) <= MONTHS[YEAR]
    return period_of(MONTH, int(year), int(month)) if sound else None


#: A month before a quarter: 2024-3 is March, 2024Q3 the quarter.
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Period | None]], ...] = (
    (_YEAR, _year),
    (_MONTH, _month),
    (_QUARTER, _quarter),
)


def parse_region(cell: str) -> str:
    """Return the code (GB/T 2260, six digits) of the region that ``cell`` names or codes, or `COUNTRY`.

    Raises Refused external.region.
    """
    text = half_width(cell).strip()
    if text.lower() in COUNTRY_WORDS:
        return COUNTRY
    if text.isdecimal():
        return _coded(text)
    if province := province_code(text):
        return province.ljust(CODE_DIGITS, "0")
    found = district_part(text)
    if not found.code or found.rest.strip():
        raise Refused("external.region")
    return found.code


def _coded(text: str) -> str:
    code = text.ljust(CODE_DIGITS, "0") if len(text) in (PROVINCE_DIGITS, PROVINCE_DIGITS + 2) else text
    is_province = code.endswith("0000") and code[:PROVINCE_DIGITS] in provinces()
    if not (is_province or is_known(code)):
        raise Refused("external.region")
    return code


def region_name(code: str) -> str:
    """Return what the region of ``code`` is called; the code itself where nobody knows, and of the whole country."""
    found = find_region(code)
    return found.name if found else code
