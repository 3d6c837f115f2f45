"""What higher contexts add to the organisation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class RoleGrants:
    """Permissions that a context (``key``) gives the default roles: role code → permission keys."""

    key: str
    grants: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Home:
    """The page a role begins with; ``key`` is what stands in ``Role.home``, the empty key is everybody else's."""

    key: str
    url_name: str
    permission: str | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """What happens to a leaver's work (hand-over, CUS-9): called in the transaction that closes the account."""

    key: str
    start: Callable[[Actor, int], None]


@dataclass(frozen=True, slots=True)
class PersonAction:
    """A button on the pages of agents (``of_people``: of people too); ``url(agent_id, user_id)`` leads to its act."""

    key: str
    label: Any
    icon: str
    permission: str
    url: Callable[[int | None, int | None], str]
    order: int = 0
    of_people: bool = False


role_grants: Registry[RoleGrants] = Registry()
homes: Registry[Home] = Registry()
leavings: Registry[Leaving] = Registry()
person_actions: Registry[PersonAction] = Registry()
