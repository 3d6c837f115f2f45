"""What stands between a checkout and the first page: assets, catalogues, static files, database, keys, demo book.

Every step may be repeated; those that cost time are skipped when nothing they read has changed (PLT-1).
"""

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connections

from keyuan.config import setup_assets
from keyuan.config.catalogues import compile_catalogues
from keyuan.config.stamps import fingerprint, once, replace_text

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "keyuan"
#: Stamps of what is built inside the checkout; those of a book stand beside the book.
BUILT = ROOT / "build" / "stamps"


class SetupError(Exception):
    """A step could not be done; the text says why and what to do."""


def book_stamps() -> Path:
    """Return the folder of stamps that belong to this installation's data."""
    return Path(settings.VAR_DIR) / "stamps"


def call(name: str, **options: object) -> None:
    """Run a Django command. Only here is the whole program loaded, so that a start with nothing to do is quick."""
    django.setup()
    call_command(name, **options)


def build_static() -> bool:
    """Collect, fingerprint and compress static files."""
    files = [file for folder in PACKAGE.glob("*/static") for file in folder.rglob("*") if file.is_file()]
    value = fingerprint([*files, ROOT / "requirements" / "core.txt"], str(settings.STATIC_ROOT))
    makes = [Path(settings.STATIC_ROOT) / "staticfiles.json"]
    # django_htmx ships extensions for bundlers, whose imports no browser could follow; htmx itself comes from npm.
    # What a running older version still serves, under names with their digests, stays beside the new files.
    fresh = not makes[0].exists()
    options = {"interactive": False, "clear": fresh, "verbosity": 0, "ignore_patterns": ["django_htmx"]}
    return once(book_stamps() / "static", value, partial(call, "collectstatic", **options), makes=makes)


def migrate() -> bool:
    """Bring every database up to the code; a server is always asked, embedded files only after a change."""
    files = [Path(database["NAME"]) for database in settings.DATABASES.values() if "sqlite" in database["ENGINE"]]
    sources = [*PACKAGE.glob("*/migrations/*.py"), ROOT / "requirements" / "core.txt"]
    embedded = len(files) == len(settings.DATABASES)
    value = fingerprint(sources, *map(str, files)) if embedded else str(time.time())
    return once(book_stamps() / "database", value, migrate_all, makes=files)


def migrate_all() -> None:
    """Run Django's migrations on each database."""
    for alias in settings.DATABASES:
        call("migrate", database=alias, verbosity=0)


def has_people() -> bool:
    """Tell whether anybody can sign in: then this is somebody's book and not ours to fill."""
    return get_user_model()._default_manager.exists()


def load_demo() -> bool:
    """Load the demo book into an empty database, once; ``KEYUAN_DEMO=0`` leaves it empty.

    A load that was cut short is started over, which the ``demo`` command allows for a book that it began itself.
    """
    mark = book_stamps() / "demo"
    state = mark.read_text(encoding="ascii") if mark.is_file() else "absent"
    if state == "done" or os.environ.get("KEYUAN_DEMO") == "0":
        return False
    django.setup()
    if "demo" not in get_commands() or (state == "absent" and has_people()):
        return False
    replace_text(mark, "begun")
    # In a process of its own: what it holds of the book in memory goes away with it. It asks for the database alone.
    connections.close_all()
    command = [sys.executable, "-m", "keyuan.config.cli", "demo"]
    # The sign-ins that it prints are shown with the address, when there is something to sign in to.
    if subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL):
        raise SetupError("the demo book could not be loaded; see above. KEYUAN_DEMO=0 goes on without one")
    replace_text(mark, "done")
    return True


def bring_roles() -> bool:
    """Give the built-in roles what this version adds to them; edited ones are only told about."""
    files = [*PACKAGE.glob("*/permissions.py"), *PACKAGE.glob("*/apps.py")]
    files.append(PACKAGE / "organisation" / "services" / "default_roles.py")
    return once(book_stamps() / "roles", fingerprint(files), partial(call, "roles"))


def compile_code() -> bool:
    """Write the byte code of our own files, so that no process compiles them again; never worth a word."""
    compileall.compile_dir(str(PACKAGE), quiet=2)
    return False


#: What to do, in order. The first three need no Django; a step says whether it had anything to do.
STEPS: list[tuple[str, Callable[[], bool]]] = [
    ("byte code", compile_code),
    ("front-end files", partial(setup_assets.build_assets, BUILT)),
    ("translations", partial(compile_catalogues, BUILT)),
    ("static files", build_static),
    ("database", migrate),
    ("demo book", load_demo),
    ("roles", bring_roles),
]


def prepare(say: Callable[[str], None]) -> None:
    """Do every step that is due; ``say`` hears of those that did something.

    Raises `setup_assets.AssetError` or `SetupError` when a step cannot be done.
    """
    for name, step in STEPS:
        started = time.monotonic()
        if step():
            say(f"· {name}: done in {time.monotonic() - started:.1f} s")
    connections.close_all()


def main() -> int:
    """Prepare this checkout; the status is 1 when a step says why it cannot."""
    try:
        prepare(lambda text: print(text, flush=True))
    except (setup_assets.AssetError, SetupError) as error:
        sys.stderr.write(f"keyuan: {error}\n")
        return 1
    return 0
