"""What a destination can do. Keys are paths with ``/``; an object appears whole under its key or not at all."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any


class Destination(ABC):
    """One open destination; every method raises `Unreachable` when the destination fails."""

    kind = ""

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self.name, self.options = name, options

    @abstractmethod
    def sizes(self, prefix: str) -> dict[str, int]:
        """Return key → bytes of everything below ``prefix`` (which ends with ``/``), unfinished uploads left out."""

    @abstractmethod
    def put(self, key: str, source: Path) -> None:
        """Store a file under ``key``: it appears there when all of it has arrived."""

    @abstractmethod
    def read(self, key: str) -> IO[bytes]:
        """Open an object for reading from its start. Raises FileNotFoundError when there is none."""

    @abstractmethod
    def remove(self, keys: Iterable[str]) -> None:
        """Delete objects; harmless for those that are gone."""

    @abstractmethod
    def clear(self) -> None:
        """Delete what killed uploads left; only while nobody else sends."""

    def close(self) -> None:  # noqa: B027 - a folder has nothing to close
        """Let go of the connection."""

    def read_bytes(self, key: str, *, limit: int = 1024 * 1024 * 1024) -> bytes:
        """Return a small object whole, at most ``limit`` bytes. Raises FileNotFoundError when there is none."""
        with self.read(key) as file:
            found = bytearray()
            while len(found) < limit and (block := file.read(limit - len(found))):
                found += block
            return bytes(found)
