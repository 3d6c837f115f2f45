"""Files with a manifest, in a folder here or behind SFTP (PLT-14)."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from keyuan.integrations.drivers.places import Entry, FolderPlace, Place, SftpPlace, blocks_of
from keyuan.integrations.extensions import Connection, ConnectorKind, connector_kinds
from keyuan.integrations.rules.manifests import SUFFIX, read_manifest
from keyuan.integrations.rules.offers import Block, Offer, Seen
from keyuan.kernel.errors import Refused
from keyuan.platform import sftp

MANIFEST_LIMIT = 1024 * 1024
BLOCK = 1024 * 1024
DONE, QUARANTINE = "done", "quarantine"


class FileConnection:
    """Deliveries in one folder: each a manifest and the files it names."""

    def __init__(self, place: Place, *, read_only: bool) -> None:
        self._place, self._read_only = place, read_only

    def offers(self, known: Collection[str]) -> Iterator[Offer]:
        """Yield what each manifest announces, by name; data files without a manifest are nobody's yet."""
        names = [entry for entry in self._place.entries() if entry.name.endswith(SUFFIX)]
        for entry in sorted(names, key=lambda entry: entry.name):
            stamp = f"{entry.name}:{entry.stamp}"[:160]
            if stamp not in known:
                offer = self._offer(entry, stamp)
                if offer is not None:
                    yield offer

    def _offer(self, entry: Entry, stamp: str) -> Offer | None:
        handle = entry.name[:200]
        fault = _manifest_fault(entry)
        if fault is not None:
            return Offer(f"?{handle}"[:80], "", handle, stamp, fault=fault)
        try:
            with self._place.open(entry.name) as file:
                data = file.read(MANIFEST_LIMIT)
        except FileNotFoundError:
            # Taken away between the look and the reading: not offered any more.
            return None
        return read_manifest(data, handle=handle, stamp=stamp)

    def look(self, handle: str, part: str) -> Seen | None:  # noqa: ARG002 - the interface's signature
        """Return the size of a file and when it changed."""
        entry = self._place.entry(part)
        if entry is None:
            return None
        if not entry.is_file:
            raise Refused("delivery.not_regular", name=part)
        return Seen(entry.size, entry.stamp)

    def fetch(self, handle: str, part: str, cursor: str) -> Iterator[Block]:  # noqa: ARG002 - the interface's signature
        """Yield a file's bytes; the cursor is the number of those before."""
        start = int(cursor or 0)
        try:
            file = self._place.open(part)
        except PermissionError as error:
            raise Refused("delivery.forbidden", name=part) from error
        with file:
            for data in blocks_of(file, start, BLOCK):
                start += len(data)
                yield Block(data, str(start))

    def settle(self, handle: str, parts: Collection[str], *, good: bool) -> None:
        """Move the files, then the manifest, into ``done`` or ``quarantine``; a folder that we may only read stays."""
        if self._read_only:
            return
        folder = DONE if good else QUARANTINE
        try:
            for name in (*parts, handle):
                entry = self._place.entry(name)
                if entry is not None and entry.is_file:
                    self._place.put_away(name, folder)
        except PermissionError:
            # Nothing of ours to change there; what was dealt with is remembered on our side.
            return


def _manifest_fault(entry: Entry) -> Refused | None:
    if not entry.is_file:
        return Refused("delivery.not_regular", name=entry.name)
    if entry.size > MANIFEST_LIMIT:
        return Refused("manifest.large", limit=MANIFEST_LIMIT // 1024)
    return None


def exchange_folder(name: str) -> Path:
    """Return a folder below one of those that operators opened for exchange. Raises Refused delivery.folder_closed."""
    wanted = Path(name)
    for root in settings.EXCHANGE_FOLDERS:
        found = (root / wanted).resolve()
        if found.is_relative_to(root.resolve()):
            return found
    raise Refused("delivery.folder_closed", field="folder")


def secret_file(name: str) -> Path:
    """Return the file of a secret by its plain name. Raises Refused delivery.secret_name."""
    if not name or Path(name).name != name or name.startswith("."):
        raise Refused("delivery.secret_name")
    return Path(settings.SECRETS_FOLDER) / name


@contextmanager
def _opened_folder(config: Mapping[str, Any]) -> Iterator[Connection]:
    yield FileConnection(FolderPlace(exchange_folder(config["folder"])), read_only=bool(config.get("read_only")))


@contextmanager
def _opened_sftp(config: Mapping[str, Any]) -> Iterator[Connection]:
    names = {key: secret_file(config[key]) for key in ("key_file", "password_file") if config.get(key)}
    address = sftp.Address(
        host=config["host"],
        port=int(config.get("port") or 22),
        user=config["user"],
        known_hosts=secret_file(config["known_hosts"]),
        **names,
    )
    with sftp.connected(address) as client:
        yield FileConnection(SftpPlace(client, config["folder"]), read_only=bool(config.get("read_only")))


def _kind(key: str, label: Any, opener: Any, fields: tuple[str, ...], required: frozenset[str]) -> ConnectorKind:
    return ConnectorKind(key, label, opener, fields, required)


FOLDER = _kind("folder", _("Folder on this machine"), _opened_folder, ("folder", "read_only"), frozenset({"folder"}))
SFTP = _kind(
    "sftp",
    _("Folder behind SFTP"),
    _opened_sftp,
    ("host", "port", "user", "folder", "known_hosts", "key_file", "password_file", "read_only"),
    frozenset({"host", "user", "folder", "known_hosts"}),
)


def register() -> None:
    """Offer the two kinds."""
    connector_kinds.add(FOLDER)
    connector_kinds.add(SFTP)


def opened(kind: str, config: Mapping[str, Any]) -> AbstractContextManager[Connection]:
    """Open a connection of ``kind``. Raises Refused connector.kind for one that is not there any more."""
    found = connector_kinds.get(kind)
    if found is None:
        raise Refused("connector.kind", field="kind")
    return found.open(config)
