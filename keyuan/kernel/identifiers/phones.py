"""Telephone numbers of the mainland, Hong Kong, Macao and Taiwan; others by shape.

Normal forms: mobile ``18612341402``, fixed line ``010-62345678`` (with extension ``010-62345678-801``), service line
``4008001234`` or ``95519``, abroad ``+85291234567``. No operator is derived: numbers are portable.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from keyuan.kernel.errors import Refused
from keyuan.kernel.width import half_width

_BLANKS = re.compile(r"[\s.·()\[\]]+")
_DASHES = re.compile(r"[‐‑‒–—―−_-]+")
_EXTENSION = re.compile(r"(?:-|转|#|X|EXT|,)+(\d{1,6})$")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"0(?:(?P<short>10|2\d)(?P<eight>[2-8]\d{7})|(?P<long>[3-9]\d\d)(?P<seven>[2-8]\d{6,7}))")
_SERVICE = re.compile(r"[48]00\d{7}|9[56]\d{3,6}|1[012]\d{3}|1[012]\d")
#: Data often carries 86 without a sign before a mobile number.
_MAINLAND_CODE = re.compile(r"(?:\+|00)86|86-?(?=1[3-9]\d{9}$)")
_PREFIX = re.compile(r"(?:\+|00)")

#: Country code to (region, mobile pattern, fixed pattern).
_ABROAD = {
    "852": ("HK", re.compile(r"[4-79]\d{7}"), re.compile(r"[238]\d{7}")),
    "853": ("MO", re.compile(r"6\d{7}"), re.compile(r"[28]\d{7}")),
    "886": ("TW", re.compile(r"9\d{8}"), re.compile(r"[2-8]\d{7,8}")),
}
_ANYWHERE = re.compile(r"[1-9]\d{6,14}")


class PhoneKind(StrEnum):
    """What answers at a number."""

    MOBILE = "mobile"
    FIXED = "fixed"
    SERVICE = "service"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in its normal form; ``region`` is CN, HK, MO, TW or, for the rest of the world, empty."""

    number: str
    kind: PhoneKind
    region: str = "CN"


def parse_phone(text: str, *, field: str | None = None) -> Phone:
    """Return the number typed as ``text``.

    Raises `Refused`: phone.empty, .character (``position``), .mobile_length (``length``), .area_code (a fixed line
    without its area code), .pattern, and for a number abroad .abroad (``country`` calling code).
    """
    plain = _DASHES.sub("-", _BLANKS.sub("", half_width(text).upper()))
    if not plain:
        raise Refused("phone.empty", field=field)
    if _MOBILE.fullmatch(plain):
        return Phone(plain, PhoneKind.MOBILE)
    home = _MAINLAND_CODE.match(plain)
    if home:
        return _parse_home(plain[home.end() :].lstrip("-"), field, from_abroad=True)
    abroad = _PREFIX.match(plain)
    if abroad:
        return _parse_abroad(plain[abroad.end() :], field)
    return _parse_home(plain, field, from_abroad=False)


def _parse_home(plain: str, field: str | None, *, from_abroad: bool) -> Phone:
    digits = plain.replace("-", "")
    if _MOBILE.fullmatch(digits):
        return Phone(digits, PhoneKind.MOBILE)
    if _SERVICE.fullmatch(digits):
        return Phone(digits, PhoneKind.SERVICE)
    if from_abroad and not digits.startswith("0"):
        # Dialled from abroad, the 0 of the area code is left out.
        plain, digits = "0" + plain, "0" + digits
    fixed = _FIXED.fullmatch(digits)
    if fixed:
        return _fixed(fixed)
    return _with_extension(plain, field)


def _with_extension(plain: str, field: str | None) -> Phone:
    extension = _EXTENSION.search(plain)
    if extension:
        fixed = _FIXED.fullmatch(plain[: extension.start()].replace("-", ""))
        if fixed:
            return _fixed(fixed, "-" + extension[1])
    raise _refusal(plain, field)


def _fixed(match: re.Match[str], extension: str = "") -> Phone:
    area, line = match["short"] or match["long"], match["eight"] or match["seven"]
    return Phone(f"0{area}-{line}{extension}", PhoneKind.FIXED)


def _refusal(plain: str, field: str | None) -> Refused:
    digits = plain.replace("-", "")
    for position, character in enumerate(digits, 1):
        if character not in "0123456789":
            return Refused("phone.character", field=field, position=position)
    if digits[:1] == "1" and digits[1:2] in set("3456789"):
        return Refused("phone.mobile_length", field=field, length=len(digits), expected=11)
    if len(digits) in (7, 8) and digits[0] in "2345678":
        return Refused("phone.area_code", field=field)
    return Refused("phone.pattern", field=field)


def _parse_abroad(plain: str, field: str | None) -> Phone:
    digits = plain.replace("-", "")
    country = digits[:3]
    if country in _ABROAD:
        region, mobile, fixed = _ABROAD[country]
        line = digits[3:].removeprefix("0")
        for pattern, kind in ((mobile, PhoneKind.MOBILE), (fixed, PhoneKind.FIXED)):
            if pattern.fullmatch(line):
                return Phone(f"+{country}{line}", kind, region)
        raise Refused("phone.abroad", field=field, country=country)
    if not _ANYWHERE.fullmatch(digits):
        raise Refused("phone.pattern", field=field)
    return Phone(f"+{digits}", PhoneKind.UNKNOWN, "")
