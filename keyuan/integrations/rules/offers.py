"""What any other system offers, whatever the way: deliveries made of parts, with what it claims of them (PLT-14)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from keyuan.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class OfferedPart:
    """One table of a delivery.

    ``size`` (bytes) and ``sha256`` are claimed where the other side makes files; ``rows`` counts what lies under the
    header; ``totals`` are control totals in minor units by column or field. Absent claims are None or empty.
    """

    name: str
    target: str = ""
    mapping: str = ""
    encoding: str = ""
    size: int | None = None
    sha256: str = ""
    rows: int | None = None
    totals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """One delivery as the other side announces it.

    ``key`` is its name for ever, ``digest`` what it says, so that a repetition is told from a contradiction; ``handle``
    is how the driver finds it again and ``stamp`` changes whenever the announcement is touched. ``fault`` says why the
    announcement cannot be read; then there are no parts.
    """

    key: str
    digest: str
    handle: str
    stamp: str
    sequence: int | None = None
    business_date: date | None = None
    parts: tuple[OfferedPart, ...] = ()
    fault: Refused | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands at the other side of a part: its size in bytes where known, and a stamp that changes with it."""

    size: int | None
    stamp: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some bytes of a part, and the cursor from which fetching goes on behind them."""

    data: bytes
    cursor: str
