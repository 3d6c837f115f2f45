"""Extension point of the shell: contexts add what every page shows (posts, unread notices, open tasks)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class ShellExtra:
    """One value under ``shell.<key>`` in templates."""

    key: str
    build: Callable[[HttpRequest, Actor], Any]


shell_extras: Registry[ShellExtra] = Registry()
