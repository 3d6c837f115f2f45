"""Keys of backups: who can open them, and whose signature they bear.

A backup is encrypted to public keys (age), so the machine that serves need not hold what opens it. The pair made at
first run stands beside the key ring in ``backup-recovery.key``: **move it away**. Every backup is signed, so that
nobody who merely knows the public key can slip one in; the recovery key file names the signer.
"""

import base64
import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from keyuan.kernel.errors import Refused

RECOVERY, SIGNING, PUBLIC = "backup-recovery.key", "backup-signing.key", "backup-public.json"
HEAD = """\
# Recovery key of Keyuan's backups. Whoever holds it can read every one of them, and without it none can be restored.
# Keep it apart from the backups, and away from the machine that serves; keep two copies.
# recipient: {recipient}
# signer: {signer}
{secret}
"""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs what this machine backs up."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public half, as the recovery key file names it."""
        return _text(self.key.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> str:
        """Return the signature of ``text``."""
        return _text(self.key.sign(text))


@dataclass(frozen=True, slots=True)
class Recovery:
    """What opens backups, and whose signatures are believed."""

    identities: tuple[pyrage.x25519.Identity, ...]
    signers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Keys:
    """What a machine needs to make backups."""

    recipient: str
    signer: Signer


def folder() -> Path:
    """Return where the keys stand: beside the key ring."""
    return Path(settings.KEYRING_PATH).parent


def recovery_path() -> Path:
    """Return where the recovery key is made; operators move it away."""
    return folder() / RECOVERY


def ensure_keys() -> Keys:
    """Return the keys for making backups, made on first use (mode 600)."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / ".backup-keys.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder() / PUBLIC).is_file():
            _make()
    public = json.loads((folder() / PUBLIC).read_text(encoding="ascii"))
    private = base64.b64decode((folder() / SIGNING).read_text(encoding="ascii"))
    return Keys(public["recipient"], Signer(Ed25519PrivateKey.from_private_bytes(private)))


def read_recovery(path: Path) -> Recovery:
    """Return what a recovery key file holds. Raises Refused ``backup.recovery_missing``, ``backup.recovery_broken``."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise Refused("backup.recovery_missing", path=path) from error
    except ValueError as error:
        raise Refused("backup.recovery_broken", path=path) from error
    signers = frozenset(line.partition("signer:")[2].strip() for line in lines if line.startswith("# signer:"))
    try:
        found = tuple(pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-"))
    except pyrage.IdentityError as error:
        raise Refused("backup.recovery_broken", path=path) from error
    if not found or not signers:
        raise Refused("backup.recovery_broken", path=path)
    return Recovery(found, signers)


def is_signed(text: bytes, signature: str, signer: str) -> bool:
    """Tell whether ``signer`` signed ``text``."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(signer)).verify(base64.b64decode(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """Return the public key written as ``text``. Raises Refused ``backup.recipient``."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise Refused("backup.recipient", text=text) from error


def fingerprint(recipient: str) -> str:
    """Return a short name of a public key, to say which key a backup wants."""
    return hashlib.sha256(recipient.strip().encode()).hexdigest()[:16]


def fingerprints(recovery: Recovery) -> frozenset[str]:
    """Return the short names of the keys that ``recovery`` holds."""
    return frozenset(fingerprint(str(identity.to_public())) for identity in recovery.identities)


def write_private(path: Path, text: str) -> None:
    """Write ``path`` with mode 600, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _make() -> None:
    identity, signer = pyrage.x25519.Identity.generate(), Signer(Ed25519PrivateKey.generate())
    recipient = str(identity.to_public())
    text = HEAD.format(recipient=recipient, signer=signer.public, secret=str(identity))
    write_private(folder() / RECOVERY, text)
    write_private(folder() / SIGNING, _text(signer.key.private_bytes_raw()))
    # Last: with it the pair counts as made.
    write_private(folder() / PUBLIC, json.dumps({"recipient": recipient, "signer": signer.public}))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
