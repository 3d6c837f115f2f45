"""Set-up steps that run only when what they read has changed, so that a second start is quick (PLT-1)."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """Return one digest over the names and contents of ``files`` and over ``words``."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(word.encode() + b"\0")
    for file in sorted(files):
        digest.update(str(file).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def replace_text(path: Path, content: str | bytes) -> None:
    """Write ``path`` in one move, so that no reader ever meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content.encode() if isinstance(content, str) else content)
    draft.replace(path)


def once(mark: Path, value: str, action: Callable[[], object], *, makes: Iterable[Path] = ()) -> bool:
    """Run ``action`` unless ``mark`` holds ``value`` and what it makes is there; return whether it ran.

    A failing action leaves no mark and runs again the next time.
    """
    current = mark.is_file() and mark.read_text(encoding="ascii") == value
    if current and all(path.exists() for path in makes):
        return False
    action()
    replace_text(mark, value)
    return True
