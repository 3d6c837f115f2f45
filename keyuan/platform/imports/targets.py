"""What files can be imported into: contexts above declare their targets, fields and writers (architecture 4.6)."""

import dataclasses
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry


class Kind(StrEnum):
    """How a field's cells are read."""

    TEXT = "text"
    WHOLE = "whole"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class TargetField:
    """One field that a column can fill.

    ``synonyms`` are headings by which a column is recognised; ``choices`` maps words in lower case to codes; ``parse``
    replaces the kind's own parser; ``is_ratio`` reads 0.5 as 5,000 basis points. A money field has a control sum.
    """

    key: str
    label: Any
    kind: Kind = Kind.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    limit: int = 200
    least: int = 0
    most: int = 2**31 - 1
    choices: Mapping[str, str] = field(default_factory=dict)
    parse: Callable[[str], Any] | None = None
    is_ratio: bool = False
    personal: bool = False
    group: Any = ""


@dataclass(frozen=True, slots=True)
class RowIssue:
    """Why the row at ``index`` of a chunk is refused."""

    index: int
    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(slots=True)
class Chunk:
    """Some rows of a file, by column: values of the mapped fields (None: the source does not say).

    ``numbers`` are the row numbers, ``keys`` what identifies each row in its source, ``prints`` the keyed fingerprints
    of what the source says in it, ``facts`` what is kept as it stands.
    """

    numbers: list[int]
    keys: list[str]
    columns: dict[str, list[Any]]
    prints: list[bytes]
    facts: list[dict[str, str]] | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def get(self, key: str) -> list[Any]:
        """Return the values of a field, all unknown where it is not mapped."""
        found = self.columns.get(key)
        return [None] * len(self.numbers) if found is None else found

    def has(self, key: str) -> bool:
        """Tell whether a field is mapped."""
        return key in self.columns

    def without(self, refused: set[int]) -> "Chunk":
        """Return the chunk without the rows at ``refused``."""
        kept = [index for index in range(len(self.numbers)) if index not in refused]
        return self.only(kept)

    def only(self, kept: Sequence[int]) -> "Chunk":
        """Return the rows at ``kept``, in that order."""
        if len(kept) == len(self.numbers) and list(kept) == list(range(len(kept))):
            return self
        take = _taker(kept)
        columns = {key: take(values) for key, values in self.columns.items()}
        facts = take(self.facts) if self.facts is not None else None
        return Chunk(take(self.numbers), take(self.keys), columns, take(self.prints), facts)

    @staticmethod
    def joined(one: "Chunk", other: "Chunk") -> "Chunk":
        """Return the rows of both, of the same columns."""
        if not len(other):
            return one
        columns = {key: [*values, *other.columns[key]] for key, values in one.columns.items()}
        return Chunk([*one.numbers, *other.numbers], [*one.keys, *other.keys], columns, [*one.prints, *other.prints])


def _taker(kept: Sequence[int]) -> Callable[[Sequence[Any]], list[Any]]:
    if len(kept) < 2:
        return lambda values: [values[index] for index in kept]
    getter = operator.itemgetter(*kept)
    return lambda values: list(getter(values))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a row may be: its id, and codes of what both have in common, the strongest first."""

    record_id: int
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided for one row: ``decision`` is a value of `ImportJob.OnLikely`, ``record_id`` the candidate
    meant, None for the strongest."""

    decision: str
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """The candidates of a row, and what is done with it: a value of `ImportJob.OnLikely`."""

    candidates: tuple[Candidate, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Card:
    """A record as the comparison with a row shows it to one person: its texts by field, masked as everywhere."""

    label: str
    url: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matching:
    """How a target shows rows beside the records they may be.

    ``fields`` are compared, ``signs`` words the codes of candidates, ``cards`` gives the records in the actor's reach.
    """

    fields: tuple[str, ...]
    signs: Mapping[str, Any]
    cards: Callable[[Actor, Sequence[int], datetime], Mapping[int, Card]]


@dataclass(slots=True)
class ImportContext:
    """What a target needs to know about the import it serves; ``memory`` lasts as long as the worker's slice.

    ``answers`` are decisions by row number, ``on_likely`` holds for other rows that look like a record, ``began`` is
    when the file was sent.
    """

    import_id: int
    actor: Actor
    source: str
    currency: str
    options: Mapping[str, Any]
    levels: Mapping[str, int | None]
    unit_id: int | None
    sales_channel: str
    now: datetime
    memory: dict[str, Any] = field(default_factory=dict)
    on_likely: str = "create"
    answers: Mapping[int, Answer] = field(default_factory=dict)
    began: datetime | None = None

    def answer(self, row_number: int) -> Answer:
        """Return what is done with a row that looks like a record: as decided for it, else as for the import."""
        return self.answers.get(row_number) or Answer(self.on_likely)


@dataclass(slots=True)
class Outcome:
    """What became of a chunk's rows. ``plan`` is the target's own note from checking for writing, ``likely`` says by
    index which new rows look like a record the book has."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    likely: dict[int, Likeness] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    extras: Counter[str] = field(default_factory=Counter)
    plan: Any = None


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of record that files are imported into.

    ``check`` reads only: it says which rows would be created, updated, left or refused, and leaves in ``plan`` what
    ``write`` needs. ``write`` gets the accepted rows and the outcome of the check, inside the transaction of the chunk.
    ``keys`` are alternatives of fields that identify a row, best first; without any, file and row number do, if
    ``allows_row_keys``. ``money`` names the fields with control sums in the order of the report.
    """

    key: str
    label: Any
    permission: str
    fields: tuple[TargetField, ...]
    keys: tuple[tuple[str, ...], ...]
    check: Callable[[Chunk, ImportContext], Outcome]
    write: Callable[[Chunk, ImportContext, Outcome], None]
    allows_row_keys: bool = False
    chunk_rows: int = 2000
    order: int = 0
    matching: Matching | None = None

    def field(self, key: str) -> TargetField | None:
        """Return the field named ``key``."""
        return next((item for item in self.fields if item.key == key), None)


@dataclass(frozen=True, slots=True)
class Placement:
    """A unit into which rows are imported."""

    unit_id: int
    code: str
    label: str
    levels: Mapping[str, int | None]
    sales_channel: str = ""


@dataclass(frozen=True, slots=True)
class PlacementSource:
    """Where units come from: all within the actor's reach; ``find`` takes an id or a code and gives None out of reach.

    ``actor`` gives the actor behind a staff number, for the command line.
    """

    key: str
    choices: Callable[[Actor], list[Placement]]
    find: Callable[[Actor, int | str], Placement | None]
    actor: Callable[[str, datetime], Actor | None]


targets: Registry[Target] = Registry()
placement_sources: Registry[PlacementSource] = Registry()
