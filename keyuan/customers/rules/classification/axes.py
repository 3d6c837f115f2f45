"""The axes with their values, and the short code that says where a customer stands on all of them.

A code has one letter for each axis, in the order of `AXES`: the place of the value among the axis's values. Values are
only ever added at the end, so that codes that are stored keep their meaning.
"""

from collections.abc import Mapping

from keyuan.kernel.codes import SalesChannel

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Not on this axis (a policyholder has no prospect source), or a value that no list knows.
NONE, OTHER = "NONE", "OTHER"
YES, NO = "YES", "NO"

AXES: Mapping[str, tuple[str, ...]] = {
    "standing": ("POLICYHOLDER", "PROSPECT"),
    "source": (
        NONE, "REFERRAL", "EVENT", "ONLINE", "CALL_IN", "PARTNER", "PURCHASED", "WALK_IN", OTHER, "UNKNOWN",
    ),
    "channel": (NONE, *(channel.value for channel in SalesChannel), OTHER),
    "service": ("SERVED", "ORPHAN", "BANK", "GROUP", "UNASSIGNED"),
    "contact": ("WITH", "WITHOUT"),
    "activity": (NONE, "ACTIVE", "HALF_DORMANT", "DORMANT"),
    "touch": (NONE, "MATURITY", "LAPSE", "CLAIM", "APPOINTMENT", "RENEWAL"),
    "near_vip": (NO, YES),
    "mass_line": (NO, YES),
}  # fmt: skip
AXIS_KEYS = tuple(AXES)


def encode(values: Mapping[str, str]) -> str:
    """Return the code of a customer's values by axis. Raises KeyError for a missing axis, ValueError for a value."""
    return "".join(LETTERS[AXES[axis].index(values[axis])] for axis in AXIS_KEYS)


def decode(code: str | None) -> dict[str, str]:
    """Return the values by axis that ``code`` stands for; none for a customer who was never classified."""
    pairs = zip(AXIS_KEYS, code or "", strict=False)
    return {axis: AXES[axis][LETTERS.index(letter)] for axis, letter in pairs}
