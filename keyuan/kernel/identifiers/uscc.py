"""Unified social credit codes of organisations (GB 32100-2015), and the nine-character organisation codes inside."""

from dataclasses import dataclass
from operator import mul

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.typed import compact, require_alphabet, require_length

#: No I, O, S, V, Z: too like digits and each other.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ALPHABET = frozenset(ALPHABET)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))

_ORGANISATION_ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Uscc:
    """A sound code: registering department and class, region and organisation code are parts of it."""

    number: str
    region: str
    organisation_code: str
    warnings: tuple[str, ...] = ()


def check_character(body: str) -> str:
    """Return the 18th character for the first seventeen."""
    return ALPHABET[-sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, body))) % 31]


def organisation_check_character(body: str) -> str:
    """Return the ninth character of an organisation code for its first eight."""
    rest = -sum(weight * int(character, 36) for weight, character in zip(_ORGANISATION_WEIGHTS, body, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def parse_uscc(text: str, *, field: str | None = None) -> Uscc:
    """Return the code typed as ``text``.

    Raises `Refused`: uscc.empty, .length, .character (``position``), .checksum (``position`` 18). A wrong check of
    the organisation code inside is the warning uscc.organisation_code: old registers hold such codes.
    """
    number = compact(text)
    require_length(number, (18,), "uscc", field)
    require_alphabet(number, _ALPHABET, "uscc", field)
    if number[17] != check_character(number[:17]):
        raise Refused("uscc.checksum", field=field, position=18)
    code = number[8:17]
    warnings = () if code[8] == organisation_check_character(code[:8]) else ("uscc.organisation_code",)
    return Uscc(number, number[2:8], code, warnings)


def parse_organisation_code(text: str, *, field: str | None = None) -> str:
    """Return the nine characters of an organisation code.

    Raises `Refused`: organisation_code.empty, .length, .character (``position``), .checksum (``position`` 9).
    """
    number = compact(text)
    require_length(number, (9,), "organisation_code", field)
    require_alphabet(number, _ORGANISATION_ALPHABET, "organisation_code", field)
    if number[8] != organisation_check_character(number[:8]):
        raise Refused("organisation_code.checksum", field=field, position=9)
    return number
