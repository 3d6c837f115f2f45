"""The three families of expected failure (design/style.md 2.6).

An error carries a stable ``code`` and its parameters; faces turn the code into a sentence in the user's language
(decision 27) through ``keyuan.platform.wording``. Anything else that is raised is a bug.
"""

from collections.abc import Mapping
from typing import Any


class KeyuanError(Exception):
    """Base of the expected failures; ``str`` is for logs and holds the code only, never a personal value."""

    def __init__(self, code: str, /, *, field: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params: Mapping[str, Any] = params


class NotFound(KeyuanError):
    """The record is absent or out of scope; nobody can tell which."""

    def __init__(self, code: str = "not_found", /, **params: Any) -> None:
        super().__init__(code, **params)


class Moved(NotFound):
    """The record went into another one, ``successor``, that the actor sees: faces lead there (CUS-8)."""

    def __init__(self, code: str, /, *, gone: int, successor: int) -> None:
        super().__init__(code, gone=gone, successor=successor)
        self.gone, self.successor = gone, successor


class Refused(KeyuanError):
    """A rule said no; ``field`` names the form field to which the sentence belongs."""


class Forbidden(Refused):
    """The actor's post lacks the permission."""


class Conflict(Refused):
    """The record moved on since it was read; ``params`` may hold what stands there now."""


class Invalid(Refused):
    """Several fields are wrong at once: ``errors`` is a list of `Refused`, each with its field."""

    def __init__(self, errors: "list[Refused]") -> None:
        super().__init__("invalid")
        self.errors = errors
