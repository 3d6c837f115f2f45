"""Where other parts hang in what must end at once when a customer says no."""

from collections.abc import Callable, Sequence
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


stoppings: Registry[Stopping] = Registry()
