"""Where contexts above policies hang their answers in."""

from collections.abc import Callable
from dataclasses import dataclass

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What guards must know of claims: whether one was paid under a policy."""

    key: str
    was_paid: Callable[[int], bool]


claim_facts: Registry[ClaimFacts] = Registry()
