"""Who hears of a clock: the context whose records it hangs on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Alert:
    """A clock that came to a step: 1 the warning, 2 the end of its term, 3 and more the rungs above."""

    clock_id: int
    subject_id: int
    clock_key: str
    step: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClockKind:
    """Clocks on subjects of one kind (``key``).

    ``announce(alerts, now)`` is called in the transaction that moves the clocks on, once for each step of each term.
    ``follow(subject_ids, now)`` brings up to date what records keep of their clocks, after a calendar changed.
    ``ladder`` are the working days after the end of a term at which it goes one rung higher.
    """

    key: str
    announce: Callable[[Sequence[Alert], datetime], None]
    follow: Callable[[Sequence[int], datetime], None]
    ladder: tuple[int, ...] = (1, 3)


clock_kinds: Registry[ClockKind] = Registry()
