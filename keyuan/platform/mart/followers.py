"""Work that waits for a new snapshot: nightly segments, rules, scores."""

from dataclasses import dataclass

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Follower:
    """A job, by its dotted ``path`` and without arguments, that is enqueued after every build."""

    key: str
    path: str
    order: int = 0


followers: Registry[Follower] = Registry()
