"""From a copy to a book that can be served: beside its place first, in its place when all of it is proven."""

import secrets
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from keyuan.kernel.errors import Refused
from keyuan.platform.backup import fetching, postgresql, sqlite
from keyuan.platform.backup.child import run_on
from keyuan.platform.backup.config import Place
from keyuan.platform.backup.destinations import Destination, opened
from keyuan.platform.backup.keys import Recovery
from keyuan.platform.backup.manifest import Contents
from keyuan.platform.backup.verifying import findings

#: What an empty installation may hold already: set-up makes them, and none is a book.
NO_BOOK = frozenset({"secret.key", "stamps", "static", "backup", "backup.toml", "erasures.jsonl"})
BUILDING = ".restoring-"
BOOK = "keyuan.sqlite3"
#: Who was taken out, by number only: outlives the book (keyuan.contact writes it and takes them out again).
ERASURES = "erasures.jsonl"
Note = Callable[..., object]


def available(place: Place) -> list[str]:
    """Return the names of the complete backups at a destination, oldest first."""
    with opened(place) as destination:
        return fetching.names_at(destination)


def restore(
    *,
    place: Place,
    name: str,
    into: Path,
    recovery: Recovery,
    replace: bool,
    now: datetime,
    note: Note,
) -> Contents:
    """Restore backup ``name`` (empty: the newest) from ``place`` as the data folder ``into`` (PLT-12).

    It is built beside its place, brought to this version, its trail walked, its sealed values and files opened; only
    then it is moved there, so that a crash leaves no half book. Raises Refused ``backup.occupied`` when a book is
    there (with ``replace`` it is set aside, never deleted), ``backup.alive`` while it is served, Flawed for a backup
    that is not what was sent.
    """
    check_target(into, replace=replace)
    into.parent.mkdir(parents=True, exist_ok=True)
    yard = into if into.is_mount() else into.parent
    for left in yard.glob(f".{into.name}{BUILDING}*"):
        shutil.rmtree(left)
    building = yard / f".{into.name}{BUILDING}{secrets.token_hex(4)}"
    building.mkdir(mode=0o700)
    try:
        with opened(place) as destination:
            contents = _fetch(destination, name, building, recovery, note)
        carry_erasures(into, building)
        _make_ready(contents, building, note)
        check_target(into, replace=replace)
        put_in_place(building, into, now)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return contents


def check_target(into: Path, *, replace: bool) -> None:
    """Raise Refused unless a restored book may take the place ``into``."""
    here = book_in(into)
    if here and not replace:
        raise Refused("backup.occupied", path=into, found=", ".join(sorted(here)[:5]))
    if sqlite.is_in_use(into / BOOK):
        raise Refused("backup.alive", path=into)


def _fetch(destination: Destination, name: str, building: Path, recovery: Recovery, note: Note) -> Contents:
    found = fetching.names_at(destination)
    if not found or (name and name not in found):
        raise Refused(
            "backup.none_there", place=destination.name, name=name or "--", found=", ".join(found[-5:]) or "--"
        )
    chosen = name or found[-1]
    note("chosen", name=chosen)
    contents = fetching.fetch_book(destination, chosen, building, recovery, note)
    files = fetching.fetch_listing(destination, chosen, recovery.signers)
    for file in files:
        fetching.fetch_file(destination, file, building)
    note("files", count=len(files), of=len(files))
    return contents


def _make_ready(contents: Contents, building: Path, note: Note) -> None:
    if contents.database == "postgresql":
        note("postgresql", **postgresql.restore_hint(contents))
        return
    fetching.compare_tables(building, contents, note)
    run_on(building, "migrate", "--verbosity", "0")
    note("migrated")
    for finding in findings(run_on(building, "backup", "check", "--all-files")):
        note(finding.pop("key"), **finding)
    run_on(building, "backup", "restored", "--name", contents.name)


def carry_erasures(before: Path, building: Path) -> None:
    """Add what the book that was there knows of erasures: whom it forgot must not come back with the backup (PLT-8)."""
    known = before / ERASURES
    if known.is_file():
        with (building / ERASURES).open("ab") as file:
            file.write(known.read_bytes())


def put_in_place(building: Path, into: Path, now: datetime) -> None:
    """Put the book into its place; one that was there stands beside it, its anchors as witnesses in the new one."""
    stamp = f"before-{now:%Y%m%dT%H%M%S}"
    if into.is_mount():
        _move_inside(building, into, stamp)
        return
    if book_in(into):
        aside = into.with_name(f"{into.name}.{stamp}")
        _keep_settings(into, building, stamp)
        into.rename(aside)
    elif into.is_dir():
        _keep_settings(into, building, stamp)
        shutil.rmtree(into)
    building.rename(into)


def _move_inside(building: Path, into: Path, stamp: str) -> None:
    """The same where the data folder is a disk of its own, which cannot be moved: entry by entry, the book last."""
    aside = into / stamp
    _keep_settings(into, building, stamp)
    for name in sorted((path.name for path in building.iterdir()), key=lambda name: name == BOOK):
        for other in (name, *((f"{name}-wal", f"{name}-shm") if name.endswith(".sqlite3") else ())):
            if (into / other).exists():
                aside.mkdir(mode=0o700, exist_ok=True)
                (into / other).rename(aside / other)
        (building / name).rename(into / name)


def book_in(into: Path) -> set[str]:
    """Return the names in a data folder that belong to a book."""
    found = {path.name for path in into.iterdir()} if into.is_dir() else set()
    return {name for name in found - NO_BOOK if not name.startswith(".") and name != "lost+found"}


def _keep_settings(before: Path, building: Path, stamp: str) -> None:
    described = before / "backup.toml"
    if described.is_file():
        shutil.copy2(described, building / described.name)
    if (before / "anchors").is_dir():
        # Later anchors would say that the tail was cut, which is true; here they say what the restore took back.
        shutil.copytree(before / "anchors", building / "anchors" / stamp)
