"""The catalogue of permissions: each context describes its own once, roles group them (PLT-4 a)."""

from dataclasses import dataclass
from typing import Any

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing a post may do: stable ``key`` such as ``customers.edit``, a label and a group for the role editor."""

    key: str
    label: Any
    group: Any
    sensitive: bool = False


catalogue: Registry[Permission] = Registry()


def describe(*permissions: Permission) -> None:
    """Add ``permissions`` to the catalogue."""
    for permission in permissions:
        catalogue.add(permission)
