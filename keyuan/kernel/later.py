"""Functions of heavy libraries and modules, imported when they are first called.

Learning and statistics take seconds to import and a hundred megabytes, and only nights, learning commands and few pages
need them. Every process that serves or runs a command would pay for them at its start (PLT-13).
"""

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any


def later(path: str) -> Callable[..., Any]:
    """Return a function that calls what ``path`` (``package.module:name``) names, and imports it only then.

    Whoever calls it with a wrong path meets ImportError or AttributeError; a test calls every path that the project
    names.
    """

    def called(*arguments: Any, **named: Any) -> Any:
        return resolve_name(path)(*arguments, **named)

    return called
