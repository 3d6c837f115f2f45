"""What clients were told was saved: one line each, on the disk before the client goes on."""

import json
import os
import threading
from collections import Counter
from pathlib import Path


class Ledger:
    """Acknowledged writes of all clients, kept outside the system under test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.retried: Counter[str] = Counter()

    def acknowledge(self, kind: str, tries: int, **facts: object) -> None:
        """Keep that a write of ``kind`` was answered with success at the ``tries``-th sending."""
        line = json.dumps({"kind": kind, "tries": tries, **facts}, ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.counts[kind] += 1
            self.retried[kind] += tries > 1

    def close(self) -> None:
        """End the file."""
        self._file.close()


def read(path: Path) -> dict[str, list[dict]]:
    """Return the acknowledged writes by kind, in their order."""
    found: dict[str, list[dict]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found.setdefault(entry["kind"], []).append(entry)
    return found
