"""What a figure was measured on: machine, versions, date, commit."""

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def git(*words: str) -> str:
    """Return what git says about this checkout, empty without git."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def line_after(path: str, key: str) -> str:
    """Return what stands behind ``key`` in a file of the kernel, empty where there is none."""
    try:
        lines = Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def described() -> dict[str, Any]:
    """Return the facts that stand above every table. ``load`` is what else was running when the measuring began."""
    changed = git("status", "--porcelain", "--", "keyuan")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": git("rev-parse", "--short", "HEAD") + ("+changes" if changed else ""),
        "processor": line_after("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "memory": line_after("/proc/meminfo", "MemTotal"),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": [round(number, 2) for number in os.getloadavg()],
    }
