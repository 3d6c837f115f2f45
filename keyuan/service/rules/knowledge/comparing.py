"""Two versions side by side: lines that stayed, went, came and changed, with the changed characters (SRV-6)."""

from dataclasses import dataclass
from difflib import SequenceMatcher

Part = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Row:
    """A line left and right, as parts of (text, whether it differs); ``kind`` is same, gone, new or changed."""

    kind: str
    left: tuple[Part, ...]
    right: tuple[Part, ...]


def compare(old: str, new: str) -> list[Row]:
    """Return the lines of two texts side by side."""
    left, right = old.splitlines(), new.splitlines()
    rows: list[Row] = []
    for kind, start, end, begin, stop in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [Row("same", ((line, False),), ((line, False),)) for line in left[start:end]]
        else:
            rows += _changed(left[start:end], right[begin:stop])
    return rows


def _changed(left: list[str], right: list[str]) -> list[Row]:
    shared = min(len(left), len(right))
    rows = [Row("changed", *_inside(one, two)) for one, two in zip(left[:shared], right[:shared], strict=True)]
    rows += [Row("gone", ((line, True),), ()) for line in left[shared:]]
    return rows + [Row("new", (), ((line, True),)) for line in right[shared:]]


def _inside(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    one: list[Part] = []
    two: list[Part] = []
    for kind, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        differs = kind != "equal"
        if end > start:
            one.append((old[start:end], differs))
        if stop > begin:
            two.append((new[begin:stop], differs))
    return tuple(one), tuple(two)
