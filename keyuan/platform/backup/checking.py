"""Proving the book of this very data folder: trail, sealed values, files (run in a process of its own)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from cryptography.exceptions import InvalidTag

from keyuan.platform.audit.verifier import verify_all
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.crypto.rotation import Column, sealed_columns
from keyuan.platform.crypto.sealed import Sealed
from keyuan.platform.files import vault
from keyuan.platform.models.attachment import Attachment

#: Sealed values opened at each end of each column: the oldest and the newest, hence the oldest and the newest key.
SAMPLE = 100
FILES = 50
Finding = dict[str, Any]


def check_book(now: datetime, *, all_files: bool) -> list[Finding]:
    """Return what was proven. Raises Flawed: ``audit``, ``sealed``, ``file``.

    ``all_files`` says that the whole vault is here; otherwise only what is here is opened.
    """
    return [_audit(now), _sealed(), _files(all_files=all_files)]


def _audit(now: datetime) -> Finding:
    verdict = verify_all(now)
    if verdict.breach is not None:
        breach = verdict.breach
        raise Flawed("audit", breach=breach.code, chain=breach.chain, sequence=breach.sequence, note=breach.note)
    return {"key": "audit", "links": verdict.links, "unsealed": verdict.unsealed}


def _sealed() -> Finding:
    count = 0
    for column in sealed_columns():
        for value in _ends(column):
            if isinstance(value, Sealed) and not _opens(value):
                raise Flawed("sealed", column=column.name, key=value.blob[0])
            count += isinstance(value, Sealed)
    return {"key": "sealed", "count": count}


def _ends(column: Column) -> Iterable[Any]:
    filled = column.model._base_manager.using(column.alias).filter(**{f"{column.attribute}__isnull": False})
    values = [filled.order_by(order).values_list(column.attribute, flat=True)[:SAMPLE] for order in ("pk", "-pk")]
    return chain(*values)


def _opens(value: Sealed) -> bool:
    try:
        return value.satisfies(lambda _text: True)
    except (InvalidTag, KeyError, ValueError):
        return False


def _files(*, all_files: bool) -> Finding:
    rows = Attachment.objects.order_by("-id").values_list("pk", "storage_name", "wrapped_key", "sha256")
    opened = 0
    for pk, name, key, sha256 in rows.iterator(chunk_size=2000):
        is_here = vault.path_of(name).is_file()
        if all_files and not is_here:
            raise Flawed("file", file=pk, why="missing")
        if is_here and opened < FILES:
            _open(pk, name, bytes(key), sha256)
            opened += 1
    return {"key": "opened", "count": opened}


def _open(pk: int, name: str, key: bytes, sha256: str) -> None:
    digest = hashlib.sha256()
    try:
        for block in vault.read(name, key):
            digest.update(block)
    except (InvalidTag, KeyError, ValueError) as error:
        raise Flawed("file", file=pk, why=type(error).__name__) from error
    if digest.hexdigest() != sha256:
        raise Flawed("file", file=pk, why="digest")
