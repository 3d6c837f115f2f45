"""Where contexts above policies hang their answers in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What guards must know of claims: whether one was paid under a policy."""

    key: str
    was_paid: Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class ClaimHistory:
    """On which days claims that were paid happened, by contract; renewal prices by them (domain.md §A.11)."""

    key: str
    days: Callable[[Sequence[int]], Mapping[int, Sequence[date]]]


@dataclass(frozen=True, slots=True)
class PolicyTab:
    """A tab on a policy's page; ``url_name`` takes the policy's id and answers a fragment."""

    key: str
    label: Any
    url_name: str
    permission: str


claim_facts: Registry[ClaimFacts] = Registry()
claim_histories: Registry[ClaimHistory] = Registry()
policy_tabs: Registry[PolicyTab] = Registry()
