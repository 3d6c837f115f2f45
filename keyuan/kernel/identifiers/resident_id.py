"""Resident identity numbers (GB 11643), and the permits that share their build.

Eighteen characters: 6 of region, 8 of birth date, 3 of serial (odd for men), 1 of check. Residence permits of people
from Hong Kong, Macao and Taiwan carry 810000, 820000 or 830000 as region; the foreigner's permanent-residence card
begins with 9, then the accepting province and the country. Fifteen digits are the numbers issued before 1999.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keyuan.kernel.codes import Sex
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.regions import is_known
from keyuan.kernel.identifiers.typed import compact, require_alphabet, require_length

_DIGITS = frozenset("0123456789")
_CHECK = "0123456789X"
_LENGTHS = (15, 18)
_PERMIT_REGIONS = frozenset(("810000", "820000", "830000"))


class ResidentKind(StrEnum):
    """Who holds such a number."""

    CITIZEN = "citizen"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"
    FOREIGNER = "foreigner"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A sound number in its 18-character form, and what it says."""

    number: str
    birth_on: date
    sex: Sex
    region: str
    kind: ResidentKind
    warnings: tuple[str, ...] = ()

    @property
    def is_male(self) -> bool:
        """Tell whether the serial is odd."""
        return self.sex is Sex.MALE


def check_character(body: str) -> str:
    """Return the 18th character for the first seventeen digits."""
    # The standard's weights are powers of 2 modulo 11; 13 is 2 modulo 11, so int() to base 13 does the whole sum.
    return _CHECK[(1 - 2 * int(body, 13)) % 11]


def upgrade(old: str) -> str:
    """Return the 18-character form of fifteen digits; all such numbers belong to people born from 1900."""
    body = f"{old[:6]}19{old[6:]}"
    return body + check_character(body)


def make_resident_id(region: str, birth_on: date, serial: int) -> str:
    """Return the number of ``region`` (6 digits), birth date and ``serial`` (0–999, odd for men)."""
    body = f"{region}{birth_on:%Y%m%d}{serial:03d}"
    return body + check_character(body)


def _birth(number: str, today: date | None, field: str | None) -> date:
    try:
        birth_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Refused("resident_id.date", field=field, position=7) from None
    if today is not None and birth_on > today:
        raise Refused("resident_id.future", field=field, position=7)
    return birth_on


def _kind(region: str) -> ResidentKind:
    if region in _PERMIT_REGIONS:
        return ResidentKind.HK_MACAO_TAIWAN
    return ResidentKind.FOREIGNER if region[0] == "9" else ResidentKind.CITIZEN


def _warnings(region: str, kind: ResidentKind) -> tuple[str, ...]:
    # Codes come and go: an unknown one is worth a look, never a refusal.
    return ("resident_id.region",) if kind is ResidentKind.CITIZEN and not is_known(region) else ()


def parse_resident_id(
    text: str,
    *,
    sex: Sex | None = None,
    birth_on: date | None = None,
    today: date | None = None,
    field: str | None = None,
) -> ResidentId:
    """Return the number typed as ``text``, of 18 or 15 digits, checked against what else is known of the person.

    Raises `Refused`: resident_id.empty, .length (``length``, ``expected``), .character (``position``), .date,
    .future (needs ``today``), .checksum (``position`` 18), .birth_mismatch, .sex_mismatch. An unknown region is the
    warning resident_id.region.
    """
    number = compact(text)
    require_length(number, _LENGTHS, "resident_id", field)
    body = number[:17]
    if not (body.isascii() and body.isdigit()):
        require_alphabet(body, _DIGITS, "resident_id", field)
    if len(number) == 15:
        number = upgrade(number)
    elif number[17] not in _CHECK:
        raise Refused("resident_id.character", field=field, position=18)
    born = _birth(number, today, field)
    if number[17] != check_character(number[:17]):
        raise Refused("resident_id.checksum", field=field, position=18)
    own_sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    if birth_on is not None and birth_on != born:
        raise Refused("resident_id.birth_mismatch", field=field)
    if sex in (Sex.MALE, Sex.FEMALE) and sex is not own_sex:
        raise Refused("resident_id.sex_mismatch", field=field)
    region = number[:6]
    kind = _kind(region)
    return ResidentId(number, born, own_sex, region, kind, _warnings(region, kind))
