"""Where other parts hang in what must end at once when a customer says no, and what may not begin yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Stopping:
    """Stops what is on its way to customers whose permits were just cancelled, in the transaction of the withdrawal.

    ``stop(customer_ids, permit_ids, reason, now)``: the cancelled permits, and ``consent`` or ``refusal``.
    """

    key: str
    stop: Callable[[Sequence[int], Sequence[int], str, datetime], None]


@dataclass(frozen=True, slots=True)
class Opening:
    """Contacts for ``purpose`` through ``channels`` that are possible only from a moment on.

    ``opens(customer_ids, at)`` names those customers for whom it is too early at ``at``, each with the moment. Renewal
    calls before the window of a contract are one (domain.md §A.11).
    """

    key: str
    purpose: str
    channels: frozenset[str]
    opens: Callable[[Sequence[int], datetime], Mapping[int, datetime]]


stoppings: Registry[Stopping] = Registry()
openings: Registry[Opening] = Registry()
