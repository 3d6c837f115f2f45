"""What can be wrong with a backup: one error with a stable code, so that every defect has its name."""

from typing import Any

from keyuan.kernel.errors import KeyuanError


class Flawed(KeyuanError):
    """A backup is not what was sent, or cannot be read; the code (``backup.flaw.…``) and its params name what."""

    def __init__(self, what: str, /, **params: Any) -> None:
        super().__init__(f"backup.flaw.{what}", **params)


class Unreachable(KeyuanError):
    """A destination did not answer, refused, or failed half-way; params say which and why, without secrets."""

    def __init__(self, place: str, error: BaseException) -> None:
        super().__init__("backup.unreachable", place=place, why=reason(error))


def reason(error: BaseException) -> str:
    """Return an error in a line: its class, and what the system says; never an address with a password in it."""
    said = getattr(error, "strerror", None) or ""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        said = str(response.get("Error", {}).get("Code", ""))
    return f"{type(error).__name__} {said}".strip()[:160]
