"""What a person may ask of their data, and how long records are kept: each context fills in its part (PLT-8).

A part hands over what it knows of a customer, takes out what may go, and says what has to stay and until when. Parts
never decide: the privacy requests and the retention run of `keyuan.contact` do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from keyuan.kernel.registry import Registry

Table = list[dict[str, Any]]
#: A relation that still goes on: the term has not begun.
STILL_ON = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class PrivacyPart:
    """What one context knows of a customer.

    ``collect(customer_id)`` returns tables by name, rows of plain values or `Sealed` ones, which are opened on record
    later. ``erase(customer_id, whole, now)`` takes out, in the caller's transaction, what may go: everything that names
    the person with ``whole``, else only what nothing obliges to keep; it returns how many rows by table. ``files``
    names the (kind, id) subjects whose files belong to the customer.
    """

    key: str
    label: Any
    collect: Callable[[int], Mapping[str, Table]]
    erase: Callable[[int, bool, datetime], Mapping[str, int]] | None = None
    files: Callable[[int], Sequence[tuple[str, int]]] | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record with a term of its own (domain.md E.6).

    ``months`` is the default term from the end of what ``basis`` names; ``law`` says why. ``ends(customer_ids, today)``
    returns when that ended for each customer who has such records: `STILL_ON` while it goes on. ``locks`` says that the
    customer's identity must be kept as long. ``over(before, after, limit)`` returns ids of records whose basis ended
    before a day, in order, and ``purge(ids, now)`` takes them out in the caller's transaction; without them the type
    only keeps. ``least`` is the law's least term in months.
    """

    key: str
    label: Any
    months: int
    law: str
    basis: Any
    ends: Callable[[Sequence[int], date], Mapping[int, date]]
    locks: bool = True
    least: int = 0
    over: Callable[[date, int, int], list[int]] | None = None
    purge: Callable[[Sequence[int], datetime], int] | None = None
    order: int = 0


privacy_parts: Registry[PrivacyPart] = Registry()
record_types: Registry[RecordType] = Registry()
