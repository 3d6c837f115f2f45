"""Who may hear what beside their own announcements: topics of staff, and doors for visitors without an account.

Contexts fill both registries in ``ready()``. A stream asks again every minute, so that a right that was taken away
does not live on in an open browser.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class LiveTopics:
    """Topics that a member of staff hears because of what they are: ``of(user_id)``; it reads little.

    ``seen(user_id)`` is called every minute while a browser of theirs is open: a sign of life.
    """

    key: str
    of: Callable[[int], Iterable[str]]
    seen: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class GuestDoor:
    """Lets visitors listen who hold the cookie ``cookie``: ``topics(value)``, empty for a value that opens nothing.

    The first topic is the visitor's own: by it the open streams of one visitor are counted.
    """

    key: str
    cookie: str
    topics: Callable[[str], Iterable[str]]


live_topics: Registry[LiveTopics] = Registry()
guest_doors: Registry[GuestDoor] = Registry()


def topics_of_user(user_id: int) -> list[str]:
    """Return what a member of staff hears beside the own topic and that of everybody."""
    return [topic for source in live_topics for topic in source.of(user_id)]


def note_seen(user_id: int) -> None:
    """Tell whoever wants to know that a browser of this person is open."""
    for source in live_topics:
        if source.seen is not None:
            source.seen(user_id)


def topics_of_guest(cookies: dict[str, str]) -> list[str]:
    """Return what the holder of these cookies hears; empty for a stranger."""
    return [topic for door in guest_doors if door.cookie in cookies for topic in door.topics(cookies[door.cookie])]
