"""What conditions can be about: fields of the customer, and kinds of records that hang on one (CUS-6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: Operators of each kind of field, in the order in which the builder offers them.
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "choice": ("in", "not_in", "known", "unknown"),
    "flag": ("yes", "no"),
    "number": ("ge", "le", "eq", "between", "known", "unknown"),
    "money": ("ge", "le", "eq", "between", "known", "unknown"),
    "share": ("ge", "le", "between"),
    "date": ("last_days", "older_days", "next_days", "from", "until", "between", "known", "unknown"),
    "moment": ("last_days", "older_days", "from", "until", "between", "known", "unknown"),
    "age": ("ge", "le", "between", "known", "unknown"),
    "birthday": ("next_days", "in", "known", "unknown"),
    "text": ("contains", "starts", "is", "known", "unknown"),
    "region": ("in", "not_in", "known", "unknown"),
    "unit": ("in", "not_in"),
    "agent": ("in", "not_in", "known", "unknown"),
    "segment": ("in", "not_in"),
}
#: What the value of an operator is; those absent take none.
SHAPES: Mapping[str, Mapping[str, str]] = {
    **{kind: {"in": "codes", "not_in": "codes"} for kind in ("choice", "region", "unit", "segment", "agent")},
    **{
        kind: {"ge": "number", "le": "number", "eq": "number", "between": "numbers"}
        for kind in ("number", "money", "share", "age")
    },
    **{
        kind: {
            "last_days": "days", "older_days": "days", "next_days": "days", "from": "day", "until": "day",
            "between": "span",
        }
        for kind in ("date", "moment")
    },
    "birthday": {"next_days": "days", "in": "codes"},
    "text": {"contains": "text", "starts": "text", "is": "text"},
    "flag": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a row of a condition compares.

    ``key`` is its name in stored conditions and never changes. ``entity`` is empty for the customer, else the key of an
    `Entity`. ``column`` is its column in the mart, ``path`` how Django reaches it from the customer's summary or from
    the entity's rows (the column's name where empty). ``blank`` is the value that stands for "unknown" besides NULL;
    ``absent`` is the value that the mart has where the book has NULL.
    ``choices()`` gives (code, label) pairs; ``group`` orders the builder's menu.
    """

    key: str
    label: Any
    kind: str
    column: str
    path: str = ""
    entity: str = ""
    group: str = "customer"
    blank: Any = None
    absent: Any = None
    choices: Callable[[], "list[tuple[str, Any]]"] | None = None
    nullable: bool = True
    #: Asked of whoever builds with it, besides the right to build.
    permission: str = ""
    order: int = 0

    @property
    def lookup(self) -> str:
        """How Django reaches the column."""
        return self.path or self.column

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that make sense for it."""
        found = OPERATORS[self.kind]
        return found if self.nullable else tuple(name for name in found if name not in ("known", "unknown"))

    @property
    def known_codes(self) -> "frozenset[str] | None":
        """The codes it may be compared with; None where any is allowed."""
        return frozenset(str(code) for code, _label in self.choices()) if self.choices else None


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record of which a customer has none, one or many: policies, claims, contacts, tags.

    ``table`` is its extract in the mart. ``rows()`` gives the live rows, ``customer`` names their key to the customer.
    """

    key: str
    label: Any
    table: str
    rows: Callable[[], Any]
    customer: str = "customer_id"
    #: Column (and path) of the last day on which a record counts; empty: always.
    until: str = ""
    permission: str = ""
    order: int = 0
