"""Subject: one (kind, id) reference used by tasks, files, audit, clocks and approvals (decision 12)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record is about: ``kind`` such as ``customer`` and its primary key."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """How subjects of one kind are named, addressed and guarded.

    ``labels`` maps ids to what people call them, within the actor's scope (absent ids are out of reach);
    ``url`` gives the page; ``access`` raises NotFound when the actor may not see it.
    """

    key: str
    label: Any
    labels: Callable[[Actor, list[int]], dict[int, str]]
    url: Callable[[int], str]
    access: Callable[[Actor, int], object]


subject_kinds: Registry[SubjectKind] = Registry()
