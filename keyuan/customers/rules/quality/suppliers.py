"""Where a record came from, in one word: the first of what is known (CUS-11)."""

from enum import StrEnum


class Supplied(StrEnum):
    """How a supplier is written down: ``key:HIS``, ``partner:7``, ``from:PURCHASED``, ``channel:ONLINE``.

    A source of imports or a connector, an agency, the way a prospect came to us, else the sales channel.
    """

    KEY = "key"
    PARTNER = "partner"
    FROM = "from"
    CHANNEL = "channel"


LONGEST = 48


def supplier_of(source: str, partner: int | None, came_from: str, channel: str) -> str:
    """Return the supplier of a record, empty where nothing is known."""
    pairs = ((Supplied.KEY, source), (Supplied.PARTNER, partner), (Supplied.FROM, came_from))
    for kind, name in (*pairs, (Supplied.CHANNEL, channel)):
        if name:
            return f"{kind}:{name}"[:LONGEST]
    return ""
