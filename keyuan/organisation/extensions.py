"""What higher contexts add to the organisation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class OldRecord:
    """An open record that nobody has touched for long: its name as the actor may read it, where it is, since when."""

    label: str
    url: str
    since: datetime
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenRecords:
    """Records of a context that somebody should be working on (PLT-5).

    ``oldest(actor, before, limit)`` returns the open ones in the actor's reach that nobody has updated since
    ``before``, the oldest first; ``permission`` is what an actor needs to see them at all.
    """

    key: str
    label: Any
    permission: str
    oldest: Callable[[Actor, datetime, int], list[OldRecord]]
    order: int = 0


open_records: Registry[OpenRecords] = Registry()
role_grants: Registry[RoleGrants] = Registry()
homes: Registry[Home] = Registry()
leavings: Registry[Leaving] = Registry()
person_actions: Registry[PersonAction] = Registry()
