"""Who acts: person, post, permissions and rows in reach. Services and selectors take it explicitly (decision 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from keyuan.kernel.errors import Forbidden


class ActorKind(StrEnum):
    """What kind of party stands behind an action."""

    STAFF = "staff"
    CUSTOMER = "customer"
    PARTNER = "partner"
    API_CLIENT = "api_client"
    SYSTEM = "system"


class Reach(StrEnum):
    """How far down the rows a post sees (PLT-4 b)."""

    SELF = "self"
    UNIT = "unit"
    CHANNEL = "channel"
    ALL = "all"


class FieldLevel(StrEnum):
    """How much of a personal field a post sees (PLT-4 c): nothing, the strictest mask, the mask, whole on request."""

    HIDDEN = "hidden"
    STRICT = "strict"
    MASKED = "masked"
    REVEAL = "reveal"


#: The columns a scoped row carries, from the root of the unit tree downwards (decision 2).
UNIT_LEVELS = ("head_office", "branch", "sub_branch", "section", "team")


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows in reach as equalities: a unit at its own level, a sales channel, or the rows served by one agent.

    ``UNIT`` needs ``unit_id`` and ``unit_level`` (one of `UNIT_LEVELS`); "my team" is UNIT at level ``team``.
    ``CHANNEL`` narrows the unit further to ``sales_channel``. ``SELF`` needs ``agent_id``; without one it is empty.
    """

    reach: Reach
    unit_id: int | None = None
    unit_level: str = "head_office"
    sales_channel: str | None = None
    agent_id: int | None = None


NO_SCOPE = Scope(Reach.SELF)
WHOLE_BOOK = Scope(Reach.ALL)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, for the audit trail."""

    address: str = ""
    device: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """One party in one post at one moment; immutable, so that nothing can widen it on the way."""

    kind: ActorKind
    id: int | None
    name: str
    staff_no: str = ""
    post_id: int | None = None
    post_label: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    role_code: str = ""
    permissions: frozenset[str] = frozenset()
    scope: Scope = NO_SCOPE
    outsourced: bool = False
    field_levels: Mapping[str, FieldLevel] = field(default_factory=dict)
    locale: str = "zh-hans"
    origin: Origin = field(default=Origin())

    def may(self, permission: str) -> bool:
        """Tell whether this post holds ``permission``; the system holds all of them."""
        return self.kind is ActorKind.SYSTEM or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise `Forbidden` unless this post holds ``permission``."""
        if not self.may(permission):
            raise Forbidden("forbidden", permission=permission)

    def level_of(self, field_key: str) -> FieldLevel:
        """Return how much of ``field_key`` this post sees; outsourced staff start from the strictest mask."""
        default = FieldLevel.STRICT if self.outsourced else FieldLevel.MASKED
        return self.field_levels.get(field_key, default)

    def at(self, origin: Origin) -> "Actor":
        """Return the same actor coming from ``origin``."""
        return replace(self, origin=origin)


def reaches_whole_book(actor: Actor) -> bool:
    """Tell whether every row of the book is in the actor's reach, as what concerns all of it asks for."""
    return actor.scope.reach is Reach.ALL


def system_actor(name: str) -> Actor:
    """Return the actor of a job: it sees the whole book, and ``name`` stands in the audit trail as who did it."""
    return Actor(ActorKind.SYSTEM, None, name, scope=WHOLE_BOOK)
