"""Fetching a backup: every byte is checked against the signed head before anybody believes it."""

import base64
import json
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import IO

from keyuan.platform.backup import sqlite, stored_files
from keyuan.platform.backup.destinations import Destination
from keyuan.platform.backup.envelope import Digesting, Joined, Part, blocks, open_bytes, unpack
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.keys import Recovery, fingerprints, write_private
from keyuan.platform.backup.manifest import (
    BACKUPS,
    CONTENTS,
    FILES,
    HEAD,
    KEYS,
    LISTING,
    Contents,
    Head,
    blob_key,
    digest,
    key_of,
    read_head,
)
from keyuan.platform.backup.stored_files import Stored

#: Hears what was proven: a key, and facts.
Note = Callable[..., object]


def names_at(destination: Destination) -> list[str]:
    """Return the names of the complete backups at a destination, oldest first."""
    found = destination.sizes(BACKUPS)
    return sorted(key.split("/")[1] for key in found if key.endswith(f"/{HEAD}"))


def fetch_head(destination: Destination, name: str, signers: frozenset[str]) -> Head:
    """Return the head of a backup. Raises Flawed as `read_head`, and ``absent`` when there is none."""
    return read_head(_small(destination, name, HEAD), name, signers)


def fetch_book(destination: Destination, name: str, into: Path, recovery: Recovery, note: Note) -> Contents:
    """Restore databases, keys and small files of a backup into the empty folder ``into``; return what it holds.

    Raises Flawed where anything is not as it was sent, or no key opens it.
    """
    head = fetch_head(destination, name, recovery.signers)
    note("signature")
    if not fingerprints(recovery) & set(head.recipients):
        raise Flawed("old_key", wanted=", ".join(head.recipients), given=", ".join(sorted(fingerprints(recovery))))
    contents = _contents(destination, head, recovery)
    _write_small(contents, into)
    for file, packed in contents.packed.items():
        _fetch_database(destination, name, into / PurePosixPath(file).name, packed.parts, recovery, packed.sha256)
    note("bytes", size=sum(packed.size for packed in contents.packed.values()))
    sealed = _checked(destination, head, KEYS)
    for file, text in json.loads(open_bytes(sealed, recovery.identities, KEYS)).items():
        write_private(into / PurePosixPath(file).name, text)
    note("keys")
    return contents


def compare_tables(into: Path, contents: Contents, note: Note) -> None:
    """Prove that the restored databases are sound and hold row by row what was copied. Raises Flawed."""
    rows = 0
    for file, expected in contents.tables.items():
        found = sqlite.tables_of(into / file)
        if set(found) != set(expected):
            raise Flawed("tables", file=file, names=", ".join(sorted(set(found) ^ set(expected))))
        for table, facts in expected.items():
            if found[table].rows != facts.rows:
                raise Flawed("rows", table=table, found=found[table].rows, expected=facts.rows)
            if found[table].digest != facts.digest:
                raise Flawed("digest", table=table)
            rows += facts.rows
    note("rows", tables=contents.table_count, rows=rows)
    for file in contents.tables:
        sqlite.check(into / file)
    note("integrity")


def fetch_listing(destination: Destination, name: str, signers: frozenset[str]) -> list[Stored]:
    """Return the files of the vault that belong to a backup. Raises Flawed."""
    head = fetch_head(destination, name, signers)
    return stored_files.load(_checked(destination, head, LISTING))


def check_presence(destination: Destination, files: Iterable[Stored]) -> int:
    """Prove that all ``files`` are at the destination in their sizes; return how many. Raises Flawed."""
    there, count = destination.sizes(FILES), 0
    for file in files:
        size = there.get(blob_key(file.name))
        if size is None:
            raise Flawed("missing", part=file.name)
        if size != file.size:
            raise Flawed("truncated", part=file.name, found=size, expected=file.size)
        count += 1
    return count


def fetch_file(destination: Destination, file: Stored, into: Path) -> Path:
    """Fetch one file of the vault into the data folder ``into``. Raises Flawed when it is not what was sent."""
    target = into / "files" / file.name[:2] / file.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with destination.read(blob_key(file.name)) as source, target.open("wb") as written:
            digesting = Digesting(source)
            for block in blocks(digesting):
                written.write(block)
    except FileNotFoundError as error:
        raise Flawed("missing", part=file.name) from error
    if digesting.size != file.size:
        raise Flawed("truncated", part=file.name, found=digesting.size, expected=file.size)
    if digesting.sha256.hexdigest() != file.sha256:
        raise Flawed("altered", part=file.name)
    return target


def _contents(destination: Destination, head: Head, recovery: Recovery) -> Contents:
    sealed = _checked(destination, head, CONTENTS)
    contents = Contents.loads(open_bytes(sealed, recovery.identities, CONTENTS))
    if contents.name != head.name:
        raise Flawed("swapped", name=head.name, other=contents.name)
    return contents


def _fetch_database(
    destination: Destination, name: str, target: Path, parts: tuple[Part, ...], recovery: Recovery, sha256: str
) -> None:
    def opened(part: Part) -> IO[bytes]:
        try:
            return destination.read(key_of(name, part.name))
        except FileNotFoundError as error:
            raise Flawed("missing", part=part.name) from error

    with target.open("wb") as file:
        found = unpack(Joined(parts, opened), file, recovery.identities, target.name)
    target.chmod(0o600)
    if found != sha256:
        raise Flawed("altered", part=target.name)


def _write_small(contents: Contents, into: Path) -> None:
    for name, text in contents.small.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise Flawed("path", part=name)
        target = into / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(base64.b64decode(text))


def _checked(destination: Destination, head: Head, part: str) -> bytes:
    raw = _small(destination, head.name, part)
    if digest(raw) != head.digests.get(part):
        raise Flawed("altered", part=part)
    return raw


def _small(destination: Destination, name: str, part: str) -> bytes:
    try:
        return destination.read_bytes(key_of(name, part))
    except FileNotFoundError as error:
        raise Flawed("absent" if part == HEAD else "missing", part=part, name=name) from error
