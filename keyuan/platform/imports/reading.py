"""A mapping made ready for one file: rows of cells in, columns of values out, wrong rows named (PLT-9).

Cells repeat, so each distinct text of a column is read once and remembered for a while; that is most of the speed.
"""

import hashlib
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.crypto.keyring import ring
from keyuan.platform.imports.limits import MAX_CELL
from keyuan.platform.imports.mappings import FileMapping, Rule, natural_key, parser_of
from keyuan.platform.imports.tables import NumberedRow
from keyuan.platform.imports.targets import Chunk, Kind, RowIssue, Target, TargetField
from keyuan.platform.imports.values import Parse

MEMORY = 20_000
KEY_LIMIT = 80
STEM_LIMIT = 60
#: Signs before which an apostrophe keeps a spreadsheet from taking a cell for a formula.
GUARDED = ("=", "+", "-", "@")
SUFFIXES = (".gz", ".csv", ".tsv", ".txt", ".xlsx")
Getter = Callable[[Sequence[str]], tuple[str, ...]]


@dataclass(slots=True)
class Sum:
    """Control sum of a money field over some rows: minor units, and the source's own figures where converted."""

    minor: int = 0
    raw: Decimal = field(default_factory=Decimal)
    unreadable: int = 0


@dataclass(slots=True)
class Reading:
    """Some rows as read: the sound ones as a chunk, the others as issues (``index`` is the row number here)."""

    chunk: Chunk
    issues: list[RowIssue]
    rows: int
    sums: dict[str, Sum]


class _Wrong:
    """Stands in a column where a cell could not be read."""

    __slots__ = ("error",)

    def __init__(self, error: Refused) -> None:
        self.error = error


class _Cells:
    """One field's way from texts to values."""

    def __init__(self, target_field: TargetField, rule: Rule, currency: str, positions: dict[str, int]) -> None:
        self.field, self.rule = target_field, rule
        self._parse = parser_of(target_field, rule, currency)
        self._places = [positions[name] for name in rule.sources]
        self._start: dict[str, Any] = dict.fromkeys(("", *rule.empty))
        self._known = dict(self._start)
        self.has_wrong = False
        self.constant = None if rule.constant is None else _constant(target_field.key, self._parse, rule.constant)

    def texts(self, columns: list[tuple[str, ...]]) -> Sequence[str]:
        """Return the texts that the rule takes from a chunk's columns; joined parts are unknown if one is empty."""
        if len(self._places) == 1:
            return columns[self._places[0]]
        join = self.rule.join
        parts = zip(*(columns[place] for place in self._places), strict=True)
        return [join.join(part) if all(part) else "" for part in parts]

    def values(self, texts: Sequence[str]) -> list[Any]:
        """Return the value of each text; what cannot be read is a `_Wrong`."""
        known = self._known
        try:
            return [known[text] for text in texts]
        except KeyError:
            if len(known) > MEMORY:
                known = self._known = dict(self._start)
            for text in set(texts):
                if text not in known:
                    known[text] = self._read(text)
            return [known[text] for text in texts]

    def _read(self, text: str) -> Any:
        if not text.strip():
            return None
        if text[0] == "'" and text[1:2] in GUARDED:
            # Our own error files guard such cells; corrected and sent again, they mean what they meant.
            text = text[1:]
        if len(text) > MAX_CELL:
            self.has_wrong = True
            return _Wrong(Refused("import.cell_long", length=len(text), limit=MAX_CELL))
        try:
            return self._parse(text)
        except Refused as error:
            self.has_wrong = True
            return _Wrong(error)


def _constant(key: str, parse: Parse, text: str) -> Any:
    try:
        return parse(text)
    except Refused as error:
        raise Invalid([Refused(error.code, field=key, **error.params)]) from None


class FileReader:
    """Reads the rows of one file under one mapping. Raises `Invalid` when a constant cannot be read."""

    def __init__(self, mapping: FileMapping, target: Target, columns: list[str], file_name: str) -> None:
        self._width = len(columns)
        positions = {name: place for place, name in enumerate(columns)}
        self._cells = [
            _Cells(found, rule, mapping.currency, positions)
            for key, rule in mapping.fields.items()
            if not rule.row and (found := target.field(key)) is not None
        ]
        self._required = [item.key for item in target.fields if item.required]
        self._key_fields = natural_key(mapping, target)
        self._stem = stem_of(file_name)
        self._facts = list(mapping.facts)
        self._fact_cells = _getter([positions[name] for name in mapping.facts])
        self._said = _getter(sorted(positions[name] for name in mapping.columns()))
        self._print_key = hashlib.blake2b(mapping.meaning(), key=ring().index_key, digest_size=32).digest()
        self._secret_keys = [found.personal for key in self._key_fields if (found := target.field(key)) is not None]

    @property
    def has_keys(self) -> bool:
        """Tell whether rows are identified by what they say, so that two of them may meet."""
        return bool(self._key_fields)

    def fingerprints(self, rows: list[NumberedRow]) -> list[tuple[int, str, bytes]]:
        """Return (row number, key, fingerprint) of the rows with a key, as far as finding doubles needs them."""
        numbers, cells, _ = self._even(rows)
        if not cells:
            return []
        columns = list(zip(*cells, strict=True))
        parts = [self._column(key, columns, len(cells)) for key in self._key_fields]
        keys = self._joined(parts, numbers)
        prints = self._prints(cells)
        found = zip(numbers, keys, prints, strict=True)
        return [(number, key, said) for number, key, said in found if key]

    def read(self, rows: list[NumberedRow]) -> Reading:
        """Return ``rows`` as values, with the control sums over all of them."""
        numbers, cells, issues = self._even(rows)
        columns: list[tuple[str, ...]] = list(zip(*cells, strict=True)) if cells else [()] * self._width
        values: dict[str, list[Any]] = {}
        sums: dict[str, Sum] = {}
        bad: set[int] = set()
        for item in self._cells:
            key = item.field.key
            found = self._values(item, columns, numbers, issues, bad)
            values[key] = found
            if item.field.kind is Kind.MONEY:
                sums[key] = _sum(item, found, columns)
        self._check_required(values, numbers, issues, bad)
        keys = self._joined([values[key] for key in self._key_fields], numbers)
        bad.update(self._check_keys(keys, numbers, issues))
        chunk = Chunk(numbers, keys, values, self._prints(cells), self._facts_of(cells))
        return Reading(chunk.without(bad) if bad else chunk, issues, len(rows), sums)

    def _even(self, rows: list[NumberedRow]) -> tuple[list[int], list[list[str]], list[RowIssue]]:
        """Return numbers and cells of the rows that have as many cells as the header, and issues of the others."""
        width, numbers, kept, issues = self._width, [], [], []
        for number, cells in rows:
            if len(cells) > width and not any(cells[width:]):
                cells = cells[:width]
            if len(cells) == width:
                numbers.append(number)
                kept.append(cells)
            else:
                issues.append(RowIssue(number, "", "import.cells", {"expected": width, "found": len(cells)}))
        return numbers, kept, issues

    def _column(self, key: str, columns: list[tuple[str, ...]], count: int) -> list[Any]:
        item = next(item for item in self._cells if item.field.key == key)
        found = [item.constant] * count if item.rule.constant is not None else item.values(item.texts(columns))
        return [None if isinstance(value, _Wrong) else value for value in found]

    def _values(
        self,
        item: _Cells,
        columns: list[tuple[str, ...]],
        numbers: list[int],
        issues: list[RowIssue],
        bad: set[int],
    ) -> list[Any]:
        if item.rule.constant is not None:
            return [item.constant] * len(numbers)
        found = item.values(item.texts(columns))
        if item.has_wrong:
            for index, value in enumerate(found):
                if isinstance(value, _Wrong):
                    bad.add(index)
                    issues.append(RowIssue(numbers[index], item.field.key, value.error.code, value.error.params))
        return found

    def _check_required(
        self, values: dict[str, list[Any]], numbers: list[int], issues: list[RowIssue], bad: set[int]
    ) -> None:
        for key in self._required:
            # Rows of a program may all leave it out; the mapping of a file cannot.
            column = values.get(key, [None] * len(numbers))
            if None in column:
                empty = [index for index, value in enumerate(column) if value is None]
                bad.update(empty)
                issues += [RowIssue(numbers[index], key, "import.required") for index in empty]

    def _joined(self, parts: list[list[Any]], numbers: list[int]) -> list[str]:
        """Return each row's key; empty where a part of it is missing. Personal parts become keyed digests."""
        if not parts:
            return [f"{self._stem}:{number}" for number in numbers]
        texts = [
            [secret_key(value) if secret else _text(value) for value in part]
            for part, secret in zip(parts, self._secret_keys, strict=True)
        ]
        if len(texts) == 1:
            return texts[0]
        return ["|".join(row) if all(row) else "" for row in zip(*texts, strict=True)]

    def _check_keys(self, keys: list[str], numbers: list[int], issues: list[RowIssue]) -> list[int]:
        wrong = []
        for index, key in enumerate(keys):
            if not key and all(self._secret_keys):
                # Without the number of a document a person is still a row of this file.
                keys[index] = f"{self._stem}:{numbers[index]}"
            elif not key or len(key) > KEY_LIMIT:
                code = "import.key_empty" if not key else "import.key_long"
                params = {"limit": KEY_LIMIT} if key else {}
                issues.append(RowIssue(numbers[index], self._key_fields[0] if self._key_fields else "", code, params))
                wrong.append(index)
        return wrong

    def _prints(self, cells: list[list[str]]) -> list[bytes]:
        said, key, digest = self._said, self._print_key, hashlib.blake2b
        return [digest("\x1f".join(said(row)).encode(), key=key, digest_size=16).digest() for row in cells]

    def _facts_of(self, cells: list[list[str]]) -> list[dict[str, str]] | None:
        if not self._facts:
            return None
        names, getter = self._facts, self._fact_cells
        return [{name: text for name, text in zip(names, getter(row), strict=True) if text} for row in cells]


def _sum(item: _Cells, found: list[Any], columns: list[tuple[str, ...]]) -> Sum:
    result = Sum()
    if not item.has_wrong:
        result.minor = sum(value for value in found if value is not None)
    else:
        for value in found:
            if isinstance(value, _Wrong):
                result.unreadable += 1
            elif value is not None:
                result.minor += value
    if (item.rule.scale or item.rule.offset) and item.rule.constant is None:
        result.raw = sum((_figure(text) for text in item.texts(columns)), Decimal())
    return result


def _figure(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "").strip() or 0)
    except InvalidOperation:
        return Decimal()


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, _Wrong) else str(value)


def secret_key(value: Any) -> str:
    """Return a keyed digest of a personal value, because keys of a source stand in the clear; empty for none."""
    plain = _text(value)
    return "#" + hashlib.blake2b(plain.encode(), key=ring().index_key, digest_size=16).hexdigest() if plain else ""


def _getter(places: list[int]) -> Getter:
    if len(places) >= 2:
        return operator.itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)


def stem_of(file_name: str) -> str:
    """Return the file's name without its endings: what stands before the row number in keys of a keyless source."""
    stem = file_name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    while (suffix := next((end for end in SUFFIXES if stem.lower().endswith(end)), "")) and len(stem) > len(suffix):
        stem = stem[: -len(suffix)]
    return stem[:STEM_LIMIT]
