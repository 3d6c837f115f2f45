"""What a run took and on what it ran: seconds, memory, versions, and the digest of the file."""

import hashlib
import os
import platform
import resource
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from keyuan.analytics.rules.reporting.parts import Fact
from keyuan.analytics.rules.reporting.texts import Text, verbatim

#: Packages whose version may change a figure.
PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of Python and of what reckons."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def peak_megabytes() -> int:
    """Return the most memory this process has held so far, in MiB; children are not counted."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return peak >> 20 if sys.platform == "darwin" else peak >> 10


class Stopwatch:
    """Begins when it is made; `facts` tells seconds, memory, processors, versions and the digests of ``files``."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the beginning, to a tenth."""
        return round(time.perf_counter() - self._began, 1)

    def facts(self, files: Sequence[Path] = ()) -> list[Fact]:
        """Return what the run took so far."""
        return [
            Fact("seconds", Text("用时（秒）", "Seconds"), self.seconds),
            Fact("peak_mib", Text("内存峰值（MiB）", "Peak memory (MiB)"), peak_megabytes(), "count"),
            Fact("processors", Text("处理器数", "Processors"), os.cpu_count()),
            *(Fact(f"version_{name}", verbatim(name), told) for name, told in versions().items()),
            *(Fact(f"sha256_{path.name}", verbatim(f"SHA-256 {path.name}"), digest(path)) for path in files),
        ]
