"""Names behind ids for every page: remembered for a minute in each process."""

import time
from collections.abc import Callable, Iterable
from threading import Lock

Loader = Callable[[set[int]], dict[int, str]]


class NameMemory:
    """Names by key, read in one query when unknown; forgotten after a minute, so that a renaming shows everywhere."""

    def __init__(self, load: Loader, *, seconds: float = 60, most: int = 20_000) -> None:
        self._load, self._seconds, self._most = load, seconds, most
        self._names: dict[int, str] = {}
        self._since = 0.0
        self._lock = Lock()

    def of(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Return the names of ``ids``; unknown ids are absent."""
        wanted = {key for key in ids if key is not None}
        with self._lock:
            self._expire()
            known = {key: self._names[key] for key in wanted & self._names.keys()}
        missing = wanted - known.keys()
        if missing:
            read = self._load(missing)
            known |= read
            with self._lock:
                self._names |= read
        return known

    def forget(self) -> None:
        """Forget everything: a name was changed."""
        with self._lock:
            self._names = {}

    def _expire(self) -> None:
        present = time.monotonic()
        if present - self._since > self._seconds or len(self._names) > self._most:
            self._names, self._since = {}, present
