"""Which lines of a bank's answer count: each once, for a line that waits, with its amount; the rest are strays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from keyuan.policies.rules.debit_files import ResultLine, Results

WAITING = "WAITING"


class Asked(NamedTuple):
    """A line as it stands in the batch: its id, the amount asked for in 分, its state."""

    id: int
    amount: int
    state: str


class Stray(NamedTuple):
    """A line kept out for a person: its place in the file, why, and how it came (at most 200 characters)."""

    place: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What counts, as (id of the line, what the bank says), and what was kept out."""

    taken: tuple[tuple[int, ResultLine], ...]
    strays: tuple[Stray, ...]

    @property
    def paid(self) -> list[tuple[int, ResultLine]]:
        """Return what the bank paid."""
        return [(pk, one) for pk, one in self.taken if one.is_paid]

    @property
    def failed(self) -> list[tuple[int, ResultLine]]:
        """Return what it did not pay."""
        return [(pk, one) for pk, one in self.taken if not one.is_paid]


def sort_answers(results: Results, asked: Mapping[int, Asked]) -> Answers:
    """Hold a file against the lines of its batch by their numbers.

    Strays are UNREAD, UNKNOWN (no such line), DOUBLE (twice in the file), ANSWERED before, or of another AMOUNT.
    """
    strays = [Stray(one.place, "UNREAD", one.text[:200]) for one in results.unread]
    taken: dict[int, tuple[int, ResultLine]] = {}
    for one in results.lines:
        line = asked.get(one.number)
        reason = _why_not(one, line, is_double=one.number in taken)
        if reason or line is None:
            strays.append(Stray(one.place, reason, f"{one.number}|{one.amount}|{one.code}|{one.words}"[:200]))
        else:
            taken[one.number] = (line.id, one)
    return Answers(tuple(taken.values()), tuple(strays))


def _why_not(one: ResultLine, line: Asked | None, *, is_double: bool) -> str:
    if line is None:
        return "UNKNOWN"
    if is_double:
        return "DOUBLE"
    if line.state != WAITING:
        return "ANSWERED"
    return "" if line.amount == one.amount else "AMOUNT"
