"""Bank card numbers: 13 to 19 digits with Luhn's check."""

from stdnum import luhn

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.typed import compact, require_alphabet, require_length

_DIGITS = frozenset("0123456789")
_LENGTHS = tuple(range(13, 20))


def parse_bank_card(text: str, *, field: str | None = None) -> str:
    """Return the digits of the card typed as ``text``.

    Raises `Refused`: bank_card.empty, .character (``position``), .length, .checksum (``position`` of the last digit).
    """
    number = compact(text)
    require_alphabet(number, _DIGITS, "bank_card", field)
    require_length(number, _LENGTHS, "bank_card", field)
    if luhn.checksum(number):
        raise Refused("bank_card.checksum", field=field, position=len(number))
    return number
