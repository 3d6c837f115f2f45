"""What happened to units, people, posts and the sales force, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class UnitsChanged(Event):
    """Units were added (``kind`` CREATE), changed or closed (UPDATE), or put elsewhere with all below (MOVE)."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class PeopleChanged(Event):
    """People came (``kind`` CREATE), changed, were locked or unlocked (UPDATE), or left (LEAVE)."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class PostsChanged(Event):
    """People were appointed (``kind`` CREATE), or their posts ended (END)."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class AgentsChanged(Event):
    """Members of the sales force changed, or left with their accounts."""
