"""What the judges' commands take on their lines, and where they may write, seen before minutes are spent."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from pathlib import Path

from keyuan.kernel.errors import Refused


def day(text: str) -> date:
    """Return the day written as 2010-05-31. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day; write it as 2010-05-31") from None


def at_least(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` on, which raises ArgumentTypeError for others."""

    def read(text: str) -> int:
        if not text.lstrip("-").isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"{text} is no whole number from {least} on")
        return int(text)

    return read


def require_writable(*files: Path) -> None:
    """See that each file can be written, making its folder; one that is there stays as it is.

    Raises Refused table.folder and table.unwritable.
    """
    for file in files:
        if file.is_dir():
            raise Refused("table.folder", file=str(file))
        probe = file.with_name(f".{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Refused("table.unwritable", file=str(file), reason=error.strerror or str(error)) from None
