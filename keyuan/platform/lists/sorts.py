"""An order that a list offers; each has an index (scope column, field, id) behind it (decision 25)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Sort:
    """Order by one column and then by id, in the same direction, so that one index serves both directions.

    ``nullable`` columns put rows without a value last, whichever the direction. Text columns must sort by code point
    (``db_collation="C"`` on PostgreSQL), so that rows of several sources merge in the database's own order.
    """

    key: str
    label: Any
    field: str
    nullable: bool = False
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SortChoice:
    """A sort with the direction in force; in addresses ``next_due`` or ``-next_due``."""

    sort: Sort
    descending: bool

    def __str__(self) -> str:
        return f"-{self.sort.key}" if self.descending else self.sort.key

    def flipped(self) -> "SortChoice":
        """Return the other direction."""
        return SortChoice(self.sort, not self.descending)
