"""What of a personal value is shown (decision 4, design ui.md "Masking"): the functions named by `fields.py`.

Each takes the plain value and gives the text to show; ``strict`` is the mask for outsourced staff and for everything
that was not deliberately opened. A value too short for its rule shows less, never more: what is hidden is at least
half of a short value. An empty value stays empty.
"""

from collections.abc import Callable
from functools import wraps
from typing import Protocol

from keyuan.kernel.addresses import district_part
from keyuan.kernel.errors import Refused
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.kernel.identifiers.phones import Phone, PhoneKind, parse_phone

DOTS = "••••"
STARS = "****"
_LEAST_HIDDEN = 4
_MAX_NAME_STARS = 3


class Mask(Protocol):
    """A masking function."""

    def __call__(self, value: str, *, strict: bool = False) -> str:
        """Return what may be shown of ``value``."""


def _keep(value: str, head: int, tail: int) -> str:
    """Keep the first ``head`` and last ``tail`` characters, a quarter each at most when the value is short."""
    length = len(value)
    if length < head + tail + _LEAST_HIDDEN:
        head, tail = min(head, length // 4), min(tail, length // 4)
    return value[:head] + "*" * (length - head - tail) + value[length - tail :]


def _tail(value: str, tail: int) -> str:
    """Return the last ``tail`` characters, half at most of a short value."""
    return value[max(len(value) - tail, (len(value) + 1) // 2) :]


def _same_for_all(function: Callable[[str], str]) -> Mask:
    """Give a mask without a stricter form the common signature."""

    @wraps(function)
    def masked(value: str, *, strict: bool = False) -> str:
        del strict
        return function(value)

    return masked


def name(value: str, *, strict: bool = False) -> str:
    """Whole; strict: 「张*」, from three characters first and last, 「欧**锋」."""
    text = value.strip()
    if not strict:
        return text
    if len(text) < 3:
        return text[: len(text) - 1] + "*" if text else ""
    return text[0] + "*" * min(len(text) - 2, _MAX_NAME_STARS) + text[-1]


def date(value: str, *, strict: bool = False) -> str:
    """Whole; strict: the year of an ISO date."""
    if not strict or not value:
        return value
    year = value[:4]
    return f"{year}-**-**" if year.isdigit() and value[4:5] == "-" else STARS


def identity_number(value: str, *, strict: bool = False) -> str:
    """First six and last four; strict: first and last only."""
    return _keep(value.strip(), 1, 1) if strict else _keep(value.strip(), 6, 4)


@_same_for_all
def phone(value: str) -> str:
    """Mobile 186****1402; fixed line its area code and last two; abroad the country code and last two."""
    if not value.strip():
        return ""
    try:
        parsed = parse_phone(value)
    except Refused:
        return _hidden_line(value.strip())
    return _phone(parsed)


def _hidden_line(line: str) -> str:
    return STARS + _tail(line, 2) if len(line) > 6 else STARS


def _phone(parsed: Phone) -> str:
    number = parsed.number
    if parsed.region == "CN":
        if parsed.kind is PhoneKind.MOBILE:
            return number[:3] + STARS + number[-4:]
        if parsed.kind is PhoneKind.FIXED:
            area, line = number.split("-")[:2]
            return f"{area}-{_hidden_line(line)}"
        return _hidden_line(number)
    country = number[:4] if parsed.region else "+"
    return country + _hidden_line(number[len(country) :])


def email(value: str, *, strict: bool = False) -> str:
    """One to three characters and the domain; strict: one character."""
    local, at, domain = value.strip().rpartition("@")
    if not at:
        return STARS if value.strip() else ""
    if strict:
        return f"{local[: len(local) // 2][:1]}{STARS}@{STARS}"
    return f"{local[: len(local) // 2][:3]}{STARS}@{domain}"


@_same_for_all
def address(value: str) -> str:
    """Province, city and district as far as they are known places; never the street."""
    if not value.strip():
        return ""
    part = district_part(value)
    return part.text + STARS if part.rest or not part.text else part.text


def account_name(value: str, *, strict: bool = False) -> str:
    """First and last character; strict: nothing."""
    text = value.strip()
    if strict or len(text) < _LEAST_HIDDEN:
        return STARS if text else ""
    return text[0] + STARS + text[-1]


@_same_for_all
def bank_account(value: str) -> str:
    """Last four."""
    text = value.strip()
    return STARS + _tail(text, 4) if text else ""


@_same_for_all
def policy_no(value: str) -> str:
    """Last six."""
    text = value.strip()
    return STARS + _tail(text, 6) if text else ""


@_same_for_all
def plate(value: str) -> str:
    """Last three."""
    text = value.strip()
    return STARS + _tail(text, 3) if text else ""


@_same_for_all
def vin(value: str) -> str:
    """Last six."""
    text = value.strip()
    return STARS + _tail(text, 6) if text else ""


@_same_for_all
def hidden(value: str) -> str:
    """Nothing."""
    return DOTS if value else ""


@_same_for_all
def none(value: str) -> str:
    """Everything: the field is guarded by permission alone."""
    return value


MASKS: dict[str, Mask] = {
    "name": name,
    "date": date,
    "identity_number": identity_number,
    "phone": phone,
    "email": email,
    "address": address,
    "account_name": account_name,
    "bank_account": bank_account,
    "policy_no": policy_no,
    "plate": plate,
    "vin": vin,
    "hidden": hidden,
    "none": none,
}


def mask(field_key: str, value: str, strict: bool = False) -> str:
    """Return what may be shown of ``value`` of the personal field ``field_key``. Raises KeyError for an unknown one."""
    return MASKS[PERSONAL_FIELDS[field_key].mask](value, strict=strict)
