"""Chinese addresses: where the part that names province, city and district ends and the street begins.

Only names of the region table count as places, so nothing of a street can be mistaken for a district.
"""

import re
from dataclasses import dataclass
from functools import cache

from keyuan.kernel.identifiers.regions import MUNICIPALITIES, is_current, place_codes, provinces
from keyuan.kernel.width import half_width

_LONGEST = 16
_PROVINCE_SUFFIX = re.compile(r"(?:省|市|(?:维吾尔|壮族|回族)?自治区|特别行政区)$")
_COUNTRY = re.compile(r"\s*(?:中华人民共和国|中国)?\s*")
#: Roads are named after places: 南京路 is no city.
_STREET = re.compile(r"[东西南北中]?(?:路|街|大道|道|巷|弄|胡同|里|村)")
_FILLER = re.compile(r"市辖区|\s+")


@dataclass(frozen=True, slots=True)
class DistrictPart:
    """The leading part of an address that names known regions; ``code`` is the most exact one, empty if unsure."""

    text: str
    rest: str
    code: str


@cache
def _province_codes() -> dict[str, str]:
    full = {name: code for code, name in provinces().items()}
    return full | {_PROVINCE_SUFFIX.sub("", name): code for name, code in full.items()}


def province_code(name: str) -> str:
    """Return the first two digits of a province by its full or short name (广东省, 广东); empty for anything else."""
    return _province_codes().get(name, "")


@cache
def _city_codes() -> dict[str, frozenset[str]]:
    cities: dict[str, frozenset[str]] = {}
    for name, codes in place_codes().items():
        own = frozenset(code for code in codes if code.endswith("00") and code[:2] not in MUNICIPALITIES)
        if own:
            cities[name] = own
            cities.setdefault(name.removesuffix("市"), own)
    return cities


@cache
def _county_codes() -> dict[str, frozenset[str]]:
    counties = ((name, {code for code in codes if not code.endswith("00")}) for name, codes in place_codes().items())
    return {name: frozenset(codes) for name, codes in counties if codes}


def _place_at(text: str, names: dict[str, frozenset[str]], prefix: str) -> tuple[int, str]:
    """Return length and code of the longest place at the start of ``text`` whose code begins with ``prefix``.

    The code is empty when several regions of today bear the name.
    """
    for length in range(min(_LONGEST, len(text)), 1, -1):
        fitting = [code for code in names.get(text[:length], ()) if code.startswith(prefix)]
        if fitting and not _STREET.match(text, length):
            likely = [code for code in fitting if is_current(code)] or fitting
            return length, likely[0] if len(likely) == 1 else ""
    return 0, ""


def _province_at(text: str) -> tuple[int, str]:
    table = _province_codes()
    length = next((size for size in range(min(_LONGEST, len(text)), 1, -1) if text[:size] in table), 0)
    return (length, table[text[:length]]) if length else (0, "")


def _skip(text: str, start: int) -> int:
    while match := _FILLER.match(text, start):
        start = match.end()
    return start


def _province_end(text: str, start: int) -> tuple[int, str]:
    """Return where the province ends, and its code. A short form (北京, 广东) needs a known place behind it."""
    length, code = _province_at(text[start:])
    end = start + length
    is_full = text[start:end] in provinces().values()
    if not length or is_full:
        return end, code
    follows = _place_at(text[end:], _city_codes(), code)[0] or _place_at(text[end:], _county_codes(), code)[0]
    return (end, code) if follows else (start, "")


def _city_end(text: str, start: int, province: str) -> tuple[int, str]:
    """Return where the city ends, and the four digits of its code. A short form needs its county behind it."""
    length, code = _place_at(text[start:], _city_codes(), province)
    end = start + length
    if not length:
        return start, province
    is_full = text[start:end] in place_codes()
    if is_full or _place_at(text[_skip(text, end) :], _county_codes(), code[:4])[0]:
        return end, code[:4]
    return start, province


def district_part(address: str) -> DistrictPart:
    """Divide ``address`` behind its district; all of it is ``rest`` when it begins with no known place."""
    text = half_width(address).strip()
    start = _COUNTRY.match(text)
    end, code = _province_end(text, start.end() if start else 0)
    if code in MUNICIPALITIES:
        # Forms with a field each for province and city write 北京市 twice.
        again = _skip(text, end)
        length = len(provinces()[code])
        end = again + length if text[again : again + length] == provinces()[code] else end
    else:
        city_end, city = _city_end(text, _skip(text, end), code)
        end, code = (city_end, city) if city != code else (end, code)
    return _with_county(text, end, code)


def _with_county(text: str, end: int, code: str) -> DistrictPart:
    start = _skip(text, end)
    for prefix in dict.fromkeys((code, code[:2])):
        length, county = _place_at(text[start:], _county_codes(), prefix)
        # Names of two characters (城区, 东区) prove nothing without their city.
        if length > 2 or (length and code):
            return DistrictPart(text[: start + length], text[start + length :], county)
    if not code:
        return DistrictPart("", text, "")
    return DistrictPart(text[:end], text[end:], code.ljust(6, "0"))
