"""This machine and this program: version, uptime, disk, memory; all read from the kernel, nothing from the network."""

import os
import shutil
import socket
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from keyuan import __version__

HOST = socket.gethostname()[:80]
PROC = Path("/proc")
SHORT = 10


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of the machine's memory."""

    total: int
    used: int


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the disk that holds the data folder."""

    total: int
    free: int


@lru_cache(maxsize=1)
def commit() -> str:
    """Return the commit that this process runs, as far as the checkout tells; kept from the first call on."""
    given = os.environ.get("KEYUAN_COMMIT", "")
    if given:
        return given[:SHORT]
    folder = Path(settings.BASE_DIR) / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head[:SHORT]
        return _reference(folder, head.removeprefix("ref: "))[:SHORT]
    except OSError:
        return ""


def _reference(folder: Path, name: str) -> str:
    loose = folder / name
    if loose.is_file():
        return loose.read_text(encoding="ascii").strip()
    packed = (folder / "packed-refs").read_text(encoding="ascii").splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")


def version() -> str:
    """Return the version with its commit."""
    return f"{__version__} ({commit()})" if commit() else __version__


def memory() -> Memory | None:
    """Return the machine's memory; None where the kernel does not tell."""
    try:
        text = (PROC / "meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines() if ":" in line}
    total = kilobytes.get("MemTotal", 0) * 1024
    return Memory(total, total - kilobytes.get("MemAvailable", 0) * 1024)


def disk() -> Disk | None:
    """Return the room on the disk of the data folder; None when it cannot be asked."""
    try:
        found = shutil.disk_usage(settings.VAR_DIR)
    except OSError:
        return None
    return Disk(found.total, found.free)


def started_seconds_ago() -> float:
    """Return how long ago the supervisor (or this process, without one) started; 0 where the kernel does not tell."""
    try:
        running = float((PROC / "uptime").read_text(encoding="ascii").split()[0])
        stat = (PROC / str(_supervisor()) / "stat").read_text(encoding="ascii")
        ticks = int(stat.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0.0
    return max(0.0, running - ticks / os.sysconf("SC_CLK_TCK"))


def _supervisor() -> int:
    return int(os.environ.get("KEYUAN_SUPERVISOR", "") or os.getpid())
