"""People behind ids, for contexts below the organisation (decision 1): the organisation fills the registry."""

from collections.abc import Callable
from dataclasses import dataclass

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import NotFound
from keyuan.kernel.registry import Registry


def _nobody(_actor: Actor, _text: str) -> list[tuple[int, str]]:
    return []


@dataclass(frozen=True, slots=True)
class PeopleSource:
    """How one directory of people answers.

    ``actor_of`` (user id, post id) gives the person as an actor today, or None when the account or post is closed;
    ``names`` maps user ids to names; ``holders_of`` gives the ids of the users with a post that holds a permission;
    ``search`` offers (id, name) of the people in an actor's reach whose name or number begins with a text.
    """

    key: str
    actor_of: Callable[[int, int | None], Actor | None]
    names: Callable[[list[int]], dict[int, str]]
    holders_of: Callable[[str], list[int]]
    search: Callable[[Actor, str], list[tuple[int, str]]] = _nobody


people_sources: Registry[PeopleSource] = Registry()


def actor_of(user_id: int | None, post_id: int | None, name: str = "") -> Actor:
    """Return the actor that a job works for: the person in their post, or the system for work nobody started.

    Raises NotFound when the account or post was closed in the meantime: what they could see, they no longer can.
    """
    if user_id is None:
        return system_actor(name or "system")
    for source in people_sources:
        actor = source.actor_of(user_id, post_id)
        if actor is not None:
            return actor
    raise NotFound("job.owner_gone")


def names_of(user_ids: list[int]) -> dict[int, str]:
    """Return the names of users by id; unknown ones are absent."""
    found: dict[int, str] = {}
    for source in people_sources:
        found.update(source.names(user_ids))
    return found


def holders_of(permission: str) -> list[int]:
    """Return the ids of the users who hold ``permission`` in some post."""
    return [user_id for source in people_sources for user_id in source.holders_of(permission)]


def search(actor: Actor, text: str) -> list[tuple[int, str]]:
    """Return ids and names of the people in reach whose name or number begins with ``text``."""
    return [found for source in people_sources for found in source.search(actor, text)]
