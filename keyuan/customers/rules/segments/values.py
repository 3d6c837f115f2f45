"""What stands at the right of a comparison: read, checked, and refused with a reason (CUS-6)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from keyuan.customers.rules.segments.fields import SHAPES, Field
from keyuan.kernel.errors import Refused

MOST_CODES = 200
LONGEST_TEXT = 60
MOST_DAYS = 36_500
LARGEST = 10**15
#: Codes of kinds that name records are numbers.
NUMBERED = frozenset({"agent", "segment"})


def read_value(field: Field, op: str, raw: Any) -> Any:
    """Return the value of ``op`` as it is stored: codes, numbers, days as ISO texts. Raises `Refused`, saying why."""
    shape = SHAPES[field.kind].get(op)
    return READERS[shape](field, raw) if shape else None


def _codes(field: Field, raw: Any) -> list[str]:
    found = [str(code) for code in raw] if isinstance(raw, list) else []
    if not found:
        raise Refused("segment.choose")
    if len(found) > MOST_CODES:
        raise Refused("segment.too_many_values", most=MOST_CODES)
    known = field.known_codes
    if any(len(code) > 40 or (known is not None and code not in known) for code in found):
        raise Refused("segment.choose")
    if field.kind in NUMBERED and not all(code.isdecimal() and len(code) <= 18 for code in found):
        raise Refused("segment.choose")
    if field.kind == "unit" and not all(_is_unit(code) for code in found):
        raise Refused("segment.choose")
    if field.kind == "region" and not all(code.isdecimal() and len(code) in (2, 4, 6) for code in found):
        raise Refused("segment.choose")
    return sorted(set(found))


def _is_unit(code: str) -> bool:
    level, _dash, pk = code.partition("-")
    return level.isdecimal() and 1 <= int(level) <= 5 and pk.isdecimal() and len(pk) <= 12


def _whole(raw: Any, most: int) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not -most <= raw <= most:
        raise Refused("segment.number")
    return raw


def _number(field: Field, raw: Any) -> int:
    number = _whole(raw, LARGEST)
    if field.kind == "age" and not 0 <= number <= 150:
        raise Refused("segment.age")
    if field.kind == "share" and not 0 <= number <= 10_000:
        raise Refused("segment.share")
    return number


def _numbers(field: Field, raw: Any) -> list[int]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise Refused("segment.number")
    low, high = _number(field, raw[0]), _number(field, raw[1])
    if low > high:
        raise Refused("segment.order")
    return [low, high]


def _days(_field: Field, raw: Any) -> int:
    days = _whole(raw, MOST_DAYS)
    if days < 0:
        raise Refused("segment.number")
    return days


def _day(_field: Field, raw: Any) -> str:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise Refused("segment.day") from None


def _span(field: Field, raw: Any) -> list[str]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise Refused("segment.day")
    low, high = _day(field, raw[0]), _day(field, raw[1])
    if low > high:
        raise Refused("segment.order")
    return [low, high]


def _text(_field: Field, raw: Any) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    if not text or len(text) > LONGEST_TEXT or not text.isprintable():
        raise Refused("segment.text", most=LONGEST_TEXT)
    return text


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "codes": _codes,
    "number": _number,
    "numbers": _numbers,
    "days": _days,
    "day": _day,
    "span": _span,
    "text": _text,
}
