"""Proving a copy: fetched back from its destination, restored into a scratch folder, compared and opened."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyrage

from keyuan.kernel.errors import Refused
from keyuan.platform.backup import fetching, keys, postgresql
from keyuan.platform.backup.child import run_on
from keyuan.platform.backup.config import Place, Plan
from keyuan.platform.backup.destinations import Destination, opened
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.keys import Recovery
from keyuan.platform.backup.manifest import HEAD, digest, key_of, read_head
from keyuan.platform.backup.stored_files import Stored

#: A vault up to this size is fetched whole; of a larger one what is new and every 28th file: all within four weeks.
WHOLE = 2 * 1024**3
SHARES = 28
#: Fetched files that stay to be opened; the others go as soon as their digest is known.
KEPT = 256 * 1024**2


@dataclass(slots=True)
class Proof:
    """What was proven, in order, and with which key the copy was opened."""

    checks: list[dict[str, Any]] = field(default_factory=list)
    opened_with: str = ""

    def note(self, key: str, /, **facts: Any) -> None:
        """Add one proven thing."""
        self.checks.append({"key": key, **facts})


def keys_at_hand(name: str, run_key: pyrage.x25519.Identity | None, recovery_file: Path | None = None) -> Recovery:
    """Return what this machine can open backup ``name`` with: the recovery key where it is, the key of the run.

    Raises Refused ``backup.recovery_needed`` when neither is here.
    """
    own = frozenset({keys.ensure_keys().signer.public})
    path = recovery_file or keys.recovery_path()
    found = keys.read_recovery(path) if recovery_file or path.is_file() else None
    identities = (*(found.identities if found else ()), *((run_key,) if run_key else ()))
    if not identities:
        raise Refused("backup.recovery_needed", name=name)
    return Recovery(identities, own | (found.signers if found else frozenset()))


def verify(
    place: Place,
    name: str,
    *,
    plan: Plan,
    work: Path,
    recovery: Recovery,
    run_key: pyrage.x25519.Identity | None,
    proof: Proof,
    head_digest: str = "",
    fresh: Iterable[str] = (),
    today: date,
) -> None:
    """Prove the copy of backup ``name`` at ``place``; what is proven is added to ``proof`` as it goes.

    ``head_digest`` is what was sent, where we know it; ``fresh`` names files of the vault that are fetched in any
    case. Raises Flawed with the first thing that is wrong, `Unreachable` when the destination does not answer.
    """
    with opened(place) as destination:
        _known_head(destination, name, head_digest)
        head = fetching.fetch_head(destination, name, recovery.signers)
        by_run = {keys.fingerprint(str(run_key.to_public()))} if run_key else set()
        proof.opened_with = "recovery" if (keys.fingerprints(recovery) - by_run) & set(head.recipients) else "run"
        contents = fetching.fetch_book(destination, name, work, recovery, proof.note)
        files = fetching.fetch_listing(destination, name, recovery.signers)
        proof.note("present", count=fetching.check_presence(destination, files))
        _fetch_files(destination, files, frozenset(fresh), work, today, proof)
    if contents.database == "postgresql":
        postgresql.verify(contents, place, plan, work, proof.note)
        return
    fetching.compare_tables(work, contents, proof.note)
    proof.checks += findings(run_on(work, "backup", "check"))


def findings(text: str) -> list[dict[str, Any]]:
    """Return what a check in another process printed."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def _known_head(destination: Destination, name: str, head_digest: str) -> None:
    if not head_digest:
        return
    try:
        raw = destination.read_bytes(key_of(name, HEAD))
    except FileNotFoundError as error:
        raise Flawed("absent", part=HEAD, name=name) from error
    if digest(raw) != head_digest:
        # Signed or not: it is not the one that was sent.
        read_head(raw, name, frozenset({keys.ensure_keys().signer.public}))
        raise Flawed("swapped", name=name, other="?")


def _fetch_files(
    destination: Destination, files: list[Stored], fresh: frozenset[str], work: Path, today: date, proof: Proof
) -> None:
    total = sum(file.size for file in files)
    share = today.toordinal() % SHARES
    chosen = [
        file for file in files if total <= WHOLE or file.name in fresh or int(file.name[:4], 16) % SHARES == share
    ]
    kept = 0
    for file in chosen:
        path = fetching.fetch_file(destination, file, work)
        kept += file.size
        if kept > KEPT:
            path.unlink()
    proof.note("files", count=len(chosen), of=len(files))
