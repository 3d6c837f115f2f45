"""Administrative regions by their six digits (GB/T 2260), with the years in which each code meant what.

The table ships with python-stdnum and is read when first asked for. Codes come and go: an unknown code proves nothing.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

_PROVINCE_LINE = re.compile(r'(\d\d) province="(.+)"')
_COUNTY_LINE = re.compile(r'\s+(\d{4}) county="(.+)"')
_PERIOD = re.compile(r"\[(\d*)-(\d*)\](.+)")
#: The table writes these two in traditional characters.
_PROVINCE_NAMES = {"81": "香港特别行政区", "82": "澳门特别行政区"}
#: Codes that group counties and are no places of their own.
_GROUPINGS = re.compile(r"市辖区|市区|市|县|.*直辖县?级?行政.*")
MUNICIPALITIES = frozenset(("11", "12", "31", "50"))


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    first: int
    last: int | None

    def holds(self, year: int) -> bool:
        return self.first <= year and (self.last is None or year <= self.last)


@dataclass(frozen=True, slots=True)
class Region:
    """A region's code and the names from province to county; a level that does not apply is empty."""

    code: str
    province: str
    city: str
    county: str

    @property
    def name(self) -> str:
        """All levels written together, such as 广东省深圳市南山区."""
        return self.province + self.city + self.county


@cache
def provinces() -> dict[str, str]:
    """Return province names by their first two digits."""
    return _tables()[0]


def _named(text: str) -> tuple[_Named, ...]:
    names = []
    for part in text.split(","):
        match = _PERIOD.fullmatch(part)
        first, last, name = match.groups() if match else ("", "", part)
        names.append(_Named(name, int(first or 0), int(last) if last else None))
    return tuple(names)


@cache
def _tables() -> tuple[dict[str, str], dict[str, tuple[_Named, ...]]]:
    found: dict[str, str] = {}
    named: dict[str, tuple[_Named, ...]] = {}
    province = ""
    for line in files("stdnum").joinpath("cn/loc.dat").read_text(encoding="utf-8").splitlines():
        if match := _PROVINCE_LINE.fullmatch(line):
            province = match[1]
            found[province] = _PROVINCE_NAMES.get(province, match[2])
        elif match := _COUNTY_LINE.fullmatch(line):
            named[province + match[1]] = _named(match[2])
    return found, named


def is_known(code: str) -> bool:
    """Tell whether ``code`` ever stood for a region."""
    return code in _tables()[1]


def is_current(code: str) -> bool:
    """Tell whether ``code`` stands for a region today."""
    names = _tables()[1].get(code)
    return names is not None and names[-1].last is None


def _name_of(code: str, year: int | None) -> str:
    names = _tables()[1].get(code, ())
    # Without a year, or with one that fits none, the latest meaning is the most useful.
    fitting = [item for item in names if year is not None and item.holds(year)] or list(names)
    name = fitting[-1].name if fitting else ""
    return "" if _GROUPINGS.fullmatch(name) else name


def find_region(code: str, on: date | None = None) -> Region | None:
    """Return what ``code`` meant on a date (a birth date, say), or at last; None when even its province is unknown."""
    province = provinces().get(code[:2])
    if province is None or len(code) != 6:
        return None
    year = on.year if on else None
    is_city_code, is_province_code = code.endswith("00"), code.endswith("0000")
    city = "" if is_province_code or code[:2] in MUNICIPALITIES else _name_of(code[:4] + "00", year)
    county = "" if is_city_code else _name_of(code, year)
    return Region(code, province, city, county)


@cache
def current_counties() -> tuple[str, ...]:
    """Return the codes of all counties and districts that stand today, in order."""
    return tuple(
        code
        for code, names in sorted(_tables()[1].items())
        if not code.endswith("00") and is_current(code) and not _GROUPINGS.fullmatch(names[-1].name)
    )


@cache
def place_codes() -> dict[str, frozenset[str]]:
    """Return the codes that a name ever had, for cities, counties and districts (provinces: `provinces`)."""
    found: dict[str, set[str]] = {}
    for code, names in _tables()[1].items():
        for item in names:
            if not code.endswith("0000") and not _GROUPINGS.fullmatch(item.name):
                found.setdefault(item.name, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}
