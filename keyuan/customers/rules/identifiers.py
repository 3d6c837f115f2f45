"""What one line of a batch query is: a phone, an identity number, a customer or other number, or a name."""

import re
from dataclasses import dataclass

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.kernel.identifiers.resident_id import upgrade
from keyuan.kernel.masks import mask
from keyuan.kernel.names import normalise_name
from keyuan.kernel.width import half_width

LONGEST = 60
_RESIDENT = re.compile(r"^\d{17}[\dX]$|^\d{15}$")
_PHONE = re.compile(r"^(1[3-9]\d{9}|0\d{9,11})$")
_CUSTOMER = re.compile(r"^C\d{6,}$")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A line understood: ``value`` in the form its index holds, ``shown`` as it may stand on a page."""

    kind: str
    value: str
    shown: str


def identify(line: str) -> Identifier | None:
    """Return what ``line`` is; None for an empty one."""
    text = half_width(line).strip().strip('"').strip()[:LONGEST]
    if not text:
        return None
    plain = text.replace(" ", "").replace("-", "").replace("·", "").upper()
    if _RESIDENT.match(plain):
        number = upgrade(plain) if len(plain) == 15 else plain
        return Identifier("identity", number, mask("identity_number", number))
    if _PHONE.match(plain.removeprefix("+86")):
        number = _phone(plain)
        return Identifier("phone", number, mask("phone", number))
    if _CUSTOMER.match(plain):
        return Identifier("customer_no", plain, plain)
    if any(character.isdigit() for character in plain):
        return Identifier("code", plain, plain)
    name = normalise_name(text)
    return Identifier("name", name, name)


def _phone(text: str) -> str:
    try:
        return parse_phone(text).number
    except Refused:
        return text
