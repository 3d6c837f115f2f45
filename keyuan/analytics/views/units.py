"""The unit that a reader narrows an analysis to."""

from collections.abc import Mapping


def unit_asked(query: Mapping[str, str]) -> int | None:
    """Return the key of the unit in the address, None where there is none or it is no key."""
    text = query.get("unit", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
