"""Demo books that several tests need: each is made once in a run by the commands, and copied from then on.

Copies are of a machine at rest: the data folder as it stands after the commands ended.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.environment import OWN_FOLDER

DONE = "made"


def shelved(name: str, make: Callable[[Path], None], var: Path) -> None:
    """Put a copy of the book ``name`` into the empty folder ``var``; whoever comes first makes it.

    Processes of one run wait for each other. A book whose making failed is made again by the next one.
    """
    shelf = Path(os.environ[OWN_FOLDER], "shelf")
    shelf.mkdir(exist_ok=True)
    book = shelf / name
    with (shelf / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shelf / f"{name}.{DONE}").exists():
            shutil.rmtree(book, ignore_errors=True)
            book.mkdir()
            make(book)
            (shelf / f"{name}.{DONE}").touch()
    shutil.copytree(book, var, dirs_exist_ok=True)
