"""Terms of cover and payment as one short token each: Y20, M6, D30, W2, A60 (to age), O (whole life), S (single), N."""

import re

from keyuan.kernel.errors import Refused
from keyuan.kernel.width import half_width

_TOKEN = re.compile(r"[YMDWA][1-9]\d{0,2}|[OSN]")
_YEARS = re.compile(r"(\d{1,3})\s*(?:年|年交|年期|Y|YEARS?)?")
_TO_AGE = re.compile(r"(?:至|到|保至|交至|TO\s*)?\s*(\d{1,3})\s*(?:周?岁)")
_MONTHS = re.compile(r"(\d{1,3})\s*(?:个月|月|M|MONTHS?)")
_DAYS = re.compile(r"(\d{1,3})\s*(?:天|日|D|DAYS?)")
_WORDS = {
    "终身": "O", "保终身": "O", "WHOLE LIFE": "O", "趸交": "S", "趸": "S", "一次交清": "S", "一次性交清": "S",
    "SINGLE": "S",
}  # fmt: skip


def token_of(unit: str, number: int | None) -> str:
    """Return the token of a term as the contract keeps it: unit and number (domain.md §A.5)."""
    return unit if unit in ("O", "S", "N") else f"{unit}{number or 0}"


def unit_and_number(token: str) -> tuple[str, int | None]:
    """Return unit and number of a token; whole life, single and none have no number."""
    if token in ("O", "S", "N", ""):
        return token, None
    return token[0], int(token[1:])


def parse_term(text: str) -> str:
    """Return the token that a person wrote as ``20年``, ``至60岁``, ``终身``, ``趸交`` or as a token itself.

    A plain number means years. Raises `Refused` term.unreadable with ``text``.
    """
    plain = half_width(text).strip().upper()
    if _TOKEN.fullmatch(plain):
        return plain
    if plain in _WORDS:
        return _WORDS[plain]
    for pattern, unit in ((_TO_AGE, "A"), (_MONTHS, "M"), (_DAYS, "D"), (_YEARS, "Y")):
        found = pattern.fullmatch(plain)
        if found and int(found[1]) > 0:
            return f"{unit}{int(found[1])}"
    raise Refused("term.unreadable", text=text.strip()[:20])


def years_of(token: str, age: int | None = None) -> int | None:
    """Return over how many years a term runs for a person of ``age``; None where nobody can tell, 1 for single."""
    unit, number = unit_and_number(token)
    if unit == "S":
        return 1
    if unit == "Y":
        return number
    if unit == "A" and number is not None and age is not None:
        return max(0, number - age)
    return None
