"""What a column is, and how one of its cells can be edited in place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from keyuan.kernel.actor import Actor

#: Kinds whose figures stand at the right edge.
RIGHT_KINDS = frozenset({"money", "number"})


@dataclass(frozen=True, slots=True)
class CellValue:
    """What stands in a cell after an edit: as shown, as edited, and the version the next edit starts from."""

    shown: str
    raw: str
    version: str


@dataclass(frozen=True, kw_only=True)
class InlineEdit:
    """Editing one field in its cell.

    ``raw(record, extras)`` is the value as it is edited, ``version(record, extras)`` what tells whether somebody else
    changed it since (a number, or the value itself). ``save`` takes actor,
    row_id, value, version and now by keyword and returns a `CellValue`; it raises NotFound out of scope, Refused
    when a rule says no, and Conflict with params ``theirs``, ``raw`` and ``version`` when the record moved on.
    ``options(actor)`` are (value, label) pairs for ``kind`` select; a status offers its legal transitions only.
    """

    permission: str
    raw: Callable[[Any, Any], str]
    version: Callable[[Any, Any], str]
    save: Callable[..., CellValue]
    kind: str = "text"
    options: Callable[[Actor], list[tuple[str, Any]]] | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list.

    ``value`` is an attribute path of the row ("customer.name") or a function of (row, extras), extras being what the
    list's ``prepare`` loaded. ``personal`` names the personal field of an unsealed value, so that the presenter masks
    it. ``low_priority`` columns give way when the side panel is open; on a phone only those with ``phone`` stand beside
    the first (without any, the next two). ``width`` is in pixels.
    """

    key: str
    label: Any
    value: str | Callable[[Any, Any], Any] = ""
    kind: str = "text"
    width: int = 120
    align: str = ""
    low_priority: bool = False
    phone: bool = False
    default: bool = True
    sort: str = ""
    personal: str = ""
    first: bool = False
    editable: InlineEdit | None = None
    help: Any = ""
    read: Callable[[Any, Any], Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", self._reader())

    def _reader(self) -> Callable[[Any, Any], Any]:
        if callable(self.value):
            return self.value
        getter = attrgetter(self.value or self.key)
        return lambda row, _extras: getter(row)

    @property
    def is_right(self) -> bool:
        """Tell whether figures stand at the right edge."""
        return self.align == "right" or (not self.align and self.kind in RIGHT_KINDS)

    @property
    def css(self) -> str:
        """Return the classes of the column's cells."""
        wide_only = not self.phone and not self.first
        is_day = self.kind == "date"
        names = (
            self.is_right and "num",
            is_day and "text-nowrap",
            self.low_priority and "col-lo",
            wide_only and "col-wide",
        )
        return " ".join(name for name in names if name)
