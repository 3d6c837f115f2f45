"""What a backup says of itself: a signed head in plain words, and sealed contents.

The head names the backup, when and for which keys it was made, and the digests of everything else, so that it can be
listed and checked without any secret. What is in the book (tables, counts) stands in the sealed contents.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from keyuan.platform.backup.envelope import Packed, Part
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.keys import Signer, is_signed

FORMAT = 1
BACKUPS, FILES = "backups/", "files/"
HEAD, CONTENTS, KEYS, LISTING = "head.json", "contents.age", "keys.age", "files.zst"
NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


def name_for(now: datetime, salt: str) -> str:
    """Return the name of a backup made ``now``; names sort by time."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{salt}"


def made_at(name: str) -> datetime:
    """Return when the backup called ``name`` was begun."""
    return datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def key_of(name: str, part: str = "") -> str:
    """Return where a part of a backup stands at every destination."""
    return f"{BACKUPS}{name}/{part}"


def blob_key(storage_name: str) -> str:
    """Return where a file of the vault stands; it is shared by all backups, for it never changes."""
    return f"{FILES}{storage_name[:2]}/{storage_name}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: how many rows, and a digest over all of them in order of their keys."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup.

    ``packed`` are the database files by name, ``tables`` their tables, ``small`` little files by path (base64),
    ``file_count`` and ``file_bytes`` the vault. ``database`` is ``sqlite`` or ``postgresql``; the latter's data stand
    in its own tool's repositories, and ``external`` says under which labels.
    """

    name: str
    database: str
    packed: dict[str, Packed] = field(default_factory=dict)
    tables: dict[str, dict[str, Table]] = field(default_factory=dict)
    small: dict[str, str] = field(default_factory=dict)
    file_count: int = 0
    file_bytes: int = 0
    external: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for tables in self.tables.values() for table in tables.values())

    @property
    def table_count(self) -> int:
        """How many tables there are."""
        return sum(map(len, self.tables.values()))

    def dumps(self) -> bytes:
        """Return the contents as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def loads(cls, raw: bytes) -> "Contents":
        """Return contents from JSON."""
        body = json.loads(raw)
        packed = {
            name: Packed(entry["size"], entry["sha256"], tuple(Part(**part) for part in entry["parts"]))
            for name, entry in body.pop("packed").items()
        }
        tables = {
            name: {table: Table(**facts) for table, facts in found.items()}
            for name, found in body.pop("tables").items()
        }
        return cls(packed=packed, tables=tables, **body)


@dataclass(frozen=True, slots=True)
class Head:
    """The signed label of a backup; ``digests`` are the SHA-256 of contents, keys and listing."""

    name: str
    database: str
    version: str
    recipients: list[str]
    keys_recipients: list[str]
    signer: str
    digests: dict[str, str]
    stored_bytes: int
    format: int = FORMAT

    def signed(self, signer: Signer) -> bytes:
        """Return the head as it is stored, with its signature."""
        body = asdict(self)
        return json.dumps(body | {"signature": signer.sign(canonical(body))}, indent=1).encode()


def canonical(body: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False).encode()


def read_head(raw: bytes, name: str, signers: frozenset[str]) -> Head:
    """Return the head of the backup called ``name``.

    Raises Flawed: ``head`` when it is no head, ``forged`` when its signature is wrong, ``stranger`` when somebody else
    signed it, ``swapped`` when it belongs to another backup.
    """
    try:
        body = json.loads(raw)
        signature = body.pop("signature")
        head = Head(**body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Flawed("head", name=name) from error
    if head.format != FORMAT:
        raise Flawed("format", name=name, format=head.format)
    if not is_signed(canonical(body), str(signature), head.signer):
        raise Flawed("forged", name=name)
    if head.signer not in signers:
        raise Flawed("stranger", name=name)
    if head.name != name:
        raise Flawed("swapped", name=name, other=head.name)
    return head


def digest(raw: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(raw).hexdigest()
