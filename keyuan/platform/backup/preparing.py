"""Making a backup on this machine: everything that will be sent, sealed, in one working folder."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyrage
from django.conf import settings

from keyuan import __version__
from keyuan.platform.backup import postgresql, sqlite, stored_files
from keyuan.platform.backup.config import Plan
from keyuan.platform.backup.envelope import VOLUME, pack, seal_bytes
from keyuan.platform.backup.keys import PUBLIC, SIGNING, Keys, ensure_keys, fingerprint, folder, recipient_of
from keyuan.platform.backup.manifest import CONTENTS, HEAD, KEYS, LISTING, Contents, Head, digest
from keyuan.platform.backup.stored_files import Held, Stored
from keyuan.platform.backup.workplace import known_files, remember_files

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A backup ready to be sent: its files in ``folder``, the vault in ``held``; ``identity`` opens it for this run."""

    name: str
    folder: Path
    head: Head
    contents: Contents
    files: Sequence[Stored]
    held: Held
    identity: pyrage.x25519.Identity

    @property
    def head_digest(self) -> str:
        """What the head at every destination must be."""
        return digest((self.folder / HEAD).read_bytes())

    @property
    def parts(self) -> list[str]:
        """The names of the parts, in the order in which they are sent; the head is last and makes the backup count."""
        packed = [part.name for entry in self.contents.packed.values() for part in entry.parts]
        return [*packed, CONTENTS, KEYS, LISTING, HEAD]


@contextmanager
def prepared(name: str, plan: Plan, work: Path, say: Say) -> Iterator[Prepared]:
    """Make the backup called ``name`` in folder ``work``; the vault is held for the length of the block."""
    keys, identity = ensure_keys(), pyrage.x25519.Identity.generate()
    recipients = [*(plan.recipients or (keys.recipient,)), str(identity.to_public())]
    keys_recipients = [*(plan.keys_recipients or plan.recipients or (keys.recipient,)), str(identity.to_public())]
    # Anchors first: a head that the copied chain does not reach yet would look like a cut tail.
    small, ring = small_files(), ring_text()
    with stored_files.held(name) as held:
        contents = _database(name, plan, work, [recipient_of(text) for text in recipients], say)
        say("files")
        held.renew()
        files = held.listing(known_files())
        remember_files(files)
        contents = Contents(
            name=name,
            database=contents.database,
            packed=contents.packed,
            tables=contents.tables,
            external=contents.external,
            small=small,
            file_count=len(files),
            file_bytes=sum(file.size for file in files),
        )
        sealed = {
            CONTENTS: seal_bytes(contents.dumps(), [recipient_of(text) for text in recipients]),
            KEYS: seal_bytes(key_files(ring), [recipient_of(text) for text in keys_recipients]),
            LISTING: stored_files.dump(files),
        }
        for part, raw in sealed.items():
            (work / part).write_bytes(raw)
        head = _head(contents, keys, recipients, keys_recipients, sealed)
        (work / HEAD).write_bytes(head.signed(keys.signer))
        yield Prepared(name, work, head, contents, files, held, identity)


def _head(
    contents: Contents, keys: Keys, recipients: list[str], keys_recipients: list[str], sealed: dict[str, bytes]
) -> Head:
    packed = sum(part.size for entry in contents.packed.values() for part in entry.parts)
    return Head(
        name=contents.name,
        database=contents.database,
        version=__version__,
        recipients=[fingerprint(text) for text in recipients],
        keys_recipients=[fingerprint(text) for text in keys_recipients],
        signer=keys.signer.public,
        digests={part: digest(raw) for part, raw in sealed.items()},
        stored_bytes=packed + sum(map(len, sealed.values())),
    )


def _database(name: str, plan: Plan, work: Path, recipients: Sequence[pyrage.x25519.Recipient], say: Say) -> Contents:
    if postgresql.is_used():
        tables, external = postgresql.back_up(name, plan, say)
        return Contents(name, "postgresql", tables=tables, external=external)
    packed, tables = {}, {}
    for path in book_files():
        say("copying")
        copy = work / path.name
        sqlite.snapshot(path, copy)
        say("counting")
        tables[path.name] = sqlite.tables_of(copy)
        say("sealing")
        with copy.open("rb") as file:
            packed[path.name] = pack(file, work, f"{path.stem}.age", recipients, volume=VOLUME)
        copy.unlink()
    return Contents(name, "sqlite", packed, tables)


def book_files() -> list[Path]:
    """Return the files of the embedded databases; the looks first, the book last."""
    names = [Path(str(database["NAME"])) for database in settings.DATABASES.values()]
    return sorted(names, key=lambda path: path.name, reverse=True)


def small_files() -> dict[str, str]:
    """Return the little files of the data folder that belong to the book, by path: anchors, the demo's fixed day."""
    root = Path(settings.VAR_DIR)
    found = [*sorted((root / "anchors").glob("*.json")), root / "as-of", root / "backup.toml", root / "erasures.jsonl"]
    return {
        path.relative_to(root).as_posix(): base64.b64encode(path.read_bytes()).decode("ascii")
        for path in found
        if path.is_file()
    }


def ring_text() -> str:
    """Return the key ring as it stands in its file."""
    path = Path(settings.KEYRING_PATH)
    return path.read_text(encoding="ascii") if path.is_file() else ""


def key_files(ring_before: str) -> bytes:
    """Return the keys of this machine as JSON: ring, signing key of sessions, signing key of backups.

    The ring was read before the copy of the book, too: a key that came or went meanwhile may seal values in it.
    """
    files = {"keyring.json": _joined(ring_before, ring_text())}
    for path in (Path(settings.VAR_DIR) / "secret.key", folder() / SIGNING, folder() / PUBLIC):
        if path.is_file():
            files[path.name] = path.read_text(encoding="ascii")
    return json.dumps(files).encode()


def _joined(before: str, after: str) -> str:
    if not before or before == after:
        return after
    ring = json.loads(after)
    ring["data_keys"] = {**json.loads(before)["data_keys"], **ring["data_keys"]}
    return json.dumps(ring)
