"""What contexts do to a restored book before it is served: what happened after the backup and must not be undone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class AfterRestore:
    """One such act. ``run(now)`` returns how many records it changed; run again it changes nothing more."""

    key: str
    run: Callable[[datetime], int]


after_restore: Registry[AfterRestore] = Registry()
