"""Whether accepted new cover is issued at once or goes through underwriting as an application (POL-4, POL-10)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewCover:
    """What changes with the new term; sums in 分. ``is_asked``: the product asks a declaration."""

    is_asked: bool
    is_same_product: bool
    is_seamless: bool
    sum_before: int
    sum_now: int


def needs_application(cover: NewCover) -> bool:
    """Tell whether somebody has to judge the risk anew.

    Not where the product asks nothing, nor where the same cover goes on without a gap and is not raised (GK).
    """
    goes_on = cover.is_same_product and cover.is_seamless and cover.sum_now <= cover.sum_before
    return cover.is_asked and not goes_on
