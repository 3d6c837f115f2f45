"""Places that backups are sent to: a folder, an SFTP server, a store that speaks S3 (PLT-12)."""

from collections.abc import Iterator
from contextlib import contextmanager

from keyuan.kernel.errors import Refused
from keyuan.platform.backup.config import Place
from keyuan.platform.backup.destinations.base import Destination
from keyuan.platform.backup.destinations.folder import FolderDestination
from keyuan.platform.backup.destinations.s3 import S3Destination
from keyuan.platform.backup.destinations.sftp import SftpDestination

KINDS: dict[str, type[Destination]] = {"folder": FolderDestination, "sftp": SftpDestination, "s3": S3Destination}


@contextmanager
def opened(place: Place) -> Iterator[Destination]:
    """Speak to a destination for the length of the block. Raises `Unreachable` when it does not answer."""
    if place.kind not in KINDS:
        raise Refused("backup.place_unknown", name=place.name, known=", ".join(KINDS))
    destination = KINDS[place.kind](place.name, place.options)
    try:
        yield destination
    finally:
        destination.close()


__all__ = ["Destination", "opened"]
