"""Whether accepted new cover is issued at once or goes through underwriting as an application (POL-4, POL-10)."""

from dataclasses import dataclass
from enum import StrEnum


class AtOnce(StrEnum):
    """Why nobody had to judge the risk anew: the product asks no declaration, or the same cover goes on."""

    NOT_ASKED = "NOT_ASKED"
    SAME_COVER = "SAME_COVER"


@dataclass(frozen=True, slots=True)
class NewCover:
    """What changes with the new term; sums in 分. ``is_asked``: the product asks a declaration."""

    is_asked: bool
    is_same_product: bool
    is_seamless: bool
    sum_before: int
    sum_now: int


def issued_at_once(cover: NewCover) -> AtOnce | None:
    """Return why new cover is issued without an application; None where somebody has to judge the risk anew.

    The same cover goes on where it does so without a gap and is not raised (GK).
    """
    if not cover.is_asked:
        return AtOnce.NOT_ASKED
    goes_on = cover.is_same_product and cover.is_seamless and cover.sum_now <= cover.sum_before
    return AtOnce.SAME_COVER if goes_on else None
