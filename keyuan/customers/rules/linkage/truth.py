"""How well groups agree with a known truth, counted by pairs (CUS-8)."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs found that are true, found that are not, and true that were not found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Return the share of found pairs that are true; 1 when none was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Return the share of true pairs that were found; 1 when there is none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def _pairs(keys: Sequence[Hashable], files: Sequence[int]) -> int:
    """Return the pairs that share a key: of different files where there are two, otherwise of one."""
    if len(set(files)) < 2:
        return sum(count * (count - 1) // 2 for count in Counter(keys).values())
    sides = [Counter(key for key, file in zip(keys, files, strict=True) if file == side) for side in (0, 1)]
    return sum(count * sides[1][key] for key, count in sides[0].items())


def compare(found: Sequence[Hashable], true: Sequence[Hashable | None], files: Sequence[int]) -> Score:
    """Return how ``found`` groups agree with the ``true`` ones, record by record; an unknown truth is nobody else's."""
    truth = [("?", place) if key is None else key for place, key in enumerate(true)]
    right = _pairs(list(zip(found, truth, strict=True)), files)
    return Score(right, _pairs(found, files) - right, _pairs(truth, files) - right)
