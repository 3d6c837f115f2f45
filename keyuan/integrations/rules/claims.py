"""What was claimed beside what was read: differences to the last cent, and whether a delivery may load (PLT-14)."""

from collections.abc import Mapping
from dataclasses import dataclass

from keyuan.kernel.errors import Refused

BASIS_POINTS = 10_000
#: Reasons that a person may waive; the others can only be mended and tried again.
WAIVABLE = frozenset(
    ("delivery.rows", "delivery.total", "delivery.refused", "delivery.gap", "delivery.old_sequence",
     "delivery.changed_content")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """What the check of a part found: rows, how many of them refused, and sums in minor units by column."""

    rows: int
    refused: int
    sums: Mapping[str, int]


def differences(
    rows: int | None, totals: Mapping[str, int], counted: Counted, limit_bp: int, waived: frozenset[str]
) -> Refused | None:
    """Return the first reason not to load what was counted, or None; reasons in ``waived`` are passed over.

    A total is compared exactly; one for a column that has no sum is a difference, too.
    """
    for found in _found(rows, totals, counted, limit_bp):
        if found.code not in waived:
            return found
    return None


def _found(rows: int | None, totals: Mapping[str, int], counted: Counted, limit_bp: int) -> list[Refused]:
    found = []
    if rows is not None and rows != counted.rows:
        found.append(Refused("delivery.rows", claimed=rows, read=counted.rows))
    for column, claimed in totals.items():
        read = counted.sums.get(column)
        if read is None:
            found.append(Refused("delivery.total_unmapped", column=column))
        elif read != claimed:
            found.append(Refused("delivery.total", column=column, claimed=_yuan(claimed), read=_yuan(read)))
    if counted.refused * BASIS_POINTS > limit_bp * max(counted.rows, 1):
        found.append(Refused("delivery.refused", refused=counted.refused, rows=counted.rows))
    return found


def _yuan(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02}"
