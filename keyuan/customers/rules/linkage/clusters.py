"""Groups out of pairs: the heaviest links first, and none against which the rest of the group speaks (CUS-8)."""

from collections.abc import Sequence

#: One weight counts so much at most, and a pair that was never a candidate so much against a group.
_MOST, _UNKNOWN = 12.0, -4.0


class _Groups:
    """Records joined step by step; a group is named by its first record."""

    def __init__(self, rows: Sequence[int], files: Sequence[int], *, one_of_each: bool) -> None:
        self.members: dict[int, list[int]] = {row: [row] for row in rows}
        self.home: dict[int, int] = {row: row for row in rows}
        self._weights: dict[tuple[int, int], float] = {}
        self._file_of = files
        self._one_of_each = one_of_each

    def learn(self, left: int, right: int, weight: float) -> None:
        """Remember what is known of a pair."""
        self._weights[left, right] = max(-_MOST, min(_MOST, weight))

    def _balance(self, first: list[int], second: list[int]) -> float:
        """Return what all pairs between two groups say; records of one file were not compared where there are two."""
        known = self._weights
        return sum(
            known.get((min(a, b), max(a, b)), _UNKNOWN)
            for a in first
            for b in second
            if len(self._file_of) < 2 or self._file(a) != self._file(b)
        )

    def join(self, left: int, right: int) -> bool:
        """Join the groups of two records unless that is impossible or on the whole unlikely."""
        one, other = self.home[left], self.home[right]
        if one == other:
            return True
        first, second = self.members[one], self.members[other]
        if self._one_of_each and {self._file(row) for row in first} & {self._file(row) for row in second}:
            return False
        if len(first) + len(second) > 2 and self._balance(first, second) < 0:
            return False
        kept, gone = (one, other) if one < other else (other, one)
        for row in self.members[gone]:
            self.home[row] = kept
        self.members[kept] += self.members.pop(gone)
        return True

    def _file(self, row: int) -> int:
        return next(place for place, end in enumerate(self._file_of) if row < end)


def group(
    pairs: Sequence[tuple[int, int, float]],
    *,
    threshold: float,
    ends: Sequence[int] = (),
    one_of_each: bool = False,
) -> dict[int, int]:
    """Return for every record of a group its group, named by the smallest row in it.

    ``pairs`` are (row, row, weight) with the smaller row first; ``threshold`` is a weight; lighter pairs count only
    against joining. ``ends`` are the rows behind each file's last; ``one_of_each`` takes one record of each file.
    The same pairs give the same groups in any order.
    """
    links = sorted((pair for pair in pairs if pair[2] >= threshold), key=lambda pair: (-pair[2], pair[0], pair[1]))
    rows = {row for left, right, _ in links for row in (left, right)}
    groups = _Groups(sorted(rows), ends, one_of_each=one_of_each)
    for left, right, weight in pairs:
        if left in rows and right in rows:
            groups.learn(left, right, weight)
    for left, right, _ in links:
        groups.join(left, right)
    return {row: min(members) for members in groups.members.values() if len(members) > 1 for row in members}
