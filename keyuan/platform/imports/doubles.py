"""Rows of one file that claim the same key.

Identical rows count once. Rows that contradict each other are all refused by name: the file does not say which one is
right, and taking the last would be inventing. The pass keeps two numbers per row, so its memory is bounded.
"""

from array import array
from collections.abc import Iterable

from keyuan.platform.imports.reading import FileReader
from keyuan.platform.imports.tables import NumberedRow

CHUNK = 5000
#: Row number → (True when it contradicts, number of the other row).
Doubles = dict[int, tuple[bool, int]]


def find_doubles(reader: FileReader, rows: Iterable[NumberedRow]) -> Doubles:
    """Return every row after the first of identical ones, and every row that contradicts another of the same key."""
    if not reader.has_keys:
        return {}
    numbers, keys, prints = array("q"), array("q"), array("q")
    for part in in_parts(rows, CHUNK):
        for number, key, said in reader.fingerprints(part):
            numbers.append(number)
            # Python's own hash is keyed by process, so nobody can make keys that meet.
            keys.append(hash(key))
            prints.append(hash(said))
    return _grouped(numbers, keys, prints)


def _grouped(row_numbers: "array[int]", row_keys: "array[int]", row_prints: "array[int]") -> Doubles:
    import numpy as np  # noqa: PLC0415 - a sixth of the time in which a server of pages starts

    found: Doubles = {}
    if not row_keys:
        return found
    numbers, keys, prints = (np.array(part, np.int64) for part in (row_numbers, row_keys, row_prints))
    order = np.argsort(keys, kind="stable")
    numbers, keys, prints = numbers[order], keys[order], prints[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    ends = np.r_[starts[1:], len(keys)]
    several = ends - starts > 1
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        _note(found, numbers[start:end].tolist(), prints[start:end].tolist())
    return found


def _note(found: Doubles, numbers: list[int], prints: list[int]) -> None:
    if len(set(prints)) == 1:
        for number in numbers[1:]:
            found[number] = (False, numbers[0])
        return
    for number, said in zip(numbers, prints, strict=True):
        found[number] = (True, next(other for other, its in zip(numbers, prints, strict=True) if its != said))


def in_parts(rows: Iterable[NumberedRow], size: int) -> Iterable[list[NumberedRow]]:
    """Cut ``rows`` into lists of ``size``."""
    part: list[NumberedRow] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
