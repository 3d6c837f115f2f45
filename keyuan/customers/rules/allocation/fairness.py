"""How evenly something is shared out."""

from collections.abc import Sequence


def gini(values: Sequence[int]) -> float:
    """Return the Gini coefficient of ``values`` (none negative): 0 all the same, towards 1 one has all.

    0 for nobody and for nothing. Rounded to four digits, so that figures are the same on every machine.
    """
    ordered = sorted(values)
    total, count = sum(ordered), len(ordered)
    if not total or not count:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(ordered, start=1))
    return round((2 * weighted) / (count * total) - (count + 1) / count, 4)
