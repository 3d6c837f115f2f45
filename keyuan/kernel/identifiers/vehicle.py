"""Vehicle identification numbers (GB 16735) and number plates (GA 36)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.typed import compact, require_alphabet, require_length

_VIN_VALUES = {str(digit): digit for digit in range(10)}
_VIN_VALUES |= {letter: value for value, letter in enumerate("ABCDEFGH", 1)}
_VIN_VALUES |= {letter: value for value, letter in enumerate("JKLMN", 1)}
_VIN_VALUES |= {"P": 7, "R": 9} | {letter: value for value, letter in enumerate("STUVWXYZ", 2)}
_VIN_ALPHABET = frozenset(_VIN_VALUES)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_CHECK = "0123456789X"

#: The 31 provinces, municipalities and autonomous regions.
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@dataclass(frozen=True, slots=True)
class Vin:
    """A number of the right shape; imported cars may have no check digit, hence only the warning vin.checksum."""

    number: str
    warnings: tuple[str, ...] = ()


def vin_check_character(number: str) -> str:
    """Return what position 9 of ``number`` should hold."""
    total = sum(weight * _VIN_VALUES[character] for weight, character in zip(_VIN_WEIGHTS, number, strict=True))
    return _VIN_CHECK[total % 11]


def parse_vin(text: str, *, field: str | None = None) -> Vin:
    """Return the number typed as ``text``.

    Raises `Refused`: vin.empty, .length, .character (``position``; I, O and Q do not occur).
    """
    number = compact(text)
    require_length(number, (17,), "vin", field)
    require_alphabet(number, _VIN_ALPHABET, "vin", field)
    return Vin(number, () if number[8] == vin_check_character(number) else ("vin.checksum",))


class PlateKind(StrEnum):
    """What the build of a plate tells."""

    ORDINARY = "ordinary"
    NEW_ENERGY_SMALL = "new_energy_small"
    NEW_ENERGY_LARGE = "new_energy_large"
    TRAILER = "trailer"
    TRAINING = "training"
    POLICE = "police"
    HONG_KONG_MACAO = "hong_kong_macao"
    CONSULATE = "consulate"


_LETTERS = "A-HJ-NP-Z"
_PLATE_BUILDS = (
    (PlateKind.ORDINARY, re.compile(rf"[{_LETTERS}0-9]{{5}}")),
    (PlateKind.NEW_ENERGY_SMALL, re.compile(rf"[A-HJK][{_LETTERS}0-9]\d{{4}}")),
    (PlateKind.NEW_ENERGY_LARGE, re.compile(r"\d{5}[A-HJK]")),
    (PlateKind.TRAILER, re.compile(rf"[{_LETTERS}0-9]{{4}}挂")),
    (PlateKind.TRAINING, re.compile(rf"[{_LETTERS}0-9]{{4}}学")),
    (PlateKind.POLICE, re.compile(rf"[{_LETTERS}0-9]{{4}}警")),
    (PlateKind.HONG_KONG_MACAO, re.compile(rf"[{_LETTERS}0-9]{{4}}[港澳]")),
    (PlateKind.CONSULATE, re.compile(rf"[{_LETTERS}0-9]{{4}}领")),
)
_PLATE_LETTERS = frozenset("ABCDEFGHJKLMNPQRSTUVWXYZ")
_TRADITIONAL = str.maketrans("滬雲遼魯蘇贛晉蒙陝閩貴粵寧瓊掛學領", "沪云辽鲁苏赣晋蒙陕闽贵粤宁琼挂学领")


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate in its normal form, such as 京A12345, and its kind."""

    number: str
    kind: PlateKind

    @property
    def province(self) -> str:
        """The character of the province."""
        return self.number[0]


def parse_plate(text: str, *, field: str | None = None) -> Plate:
    """Return the plate typed as ``text``. A new car has none: that is for the caller to allow.

    Raises `Refused`: plate.empty, .length, .province (``position`` 1), .letter (``position`` 2), .pattern.
    """
    number = compact(text).translate(_TRADITIONAL)
    require_length(number, (8, 7), "plate", field)
    if number[0] not in PROVINCES:
        raise Refused("plate.province", field=field, position=1)
    if number[1] not in _PLATE_LETTERS:
        raise Refused("plate.letter", field=field, position=2)
    for kind, build in _PLATE_BUILDS:
        if build.fullmatch(number[2:]):
            return Plate(number, kind)
    raise Refused("plate.pattern", field=field, position=3)
