"""Running one of the judges as a person would, and writing down what it found."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import machine


def keyuan(*arguments: object) -> resource.struct_rusage:
    """Run ``keyuan`` in a data folder of its own and return what it used; what it says goes to the terminal."""
    with tempfile.TemporaryDirectory(prefix="judge-") as folder:
        environment = {**os.environ, "KEYUAN_VAR": folder, "KEYUAN_DEMO": "0"}
        command = [sys.executable, "-m", "keyuan.config.cli", *map(str, arguments)]
        running = subprocess.Popen(command, cwd=machine.ROOT, env=environment)
        _pid, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)
    return used


def measured(*arguments: object) -> dict[str, float]:
    """Run ``keyuan`` and return its seconds, seconds of a processor, and most memory in MiB."""
    began = time.monotonic()
    used = keyuan(*arguments)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": used.ru_maxrss >> 10,
    }


def read(path: Path) -> dict[str, Any]:
    """Return a report of a judge."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


class Cost:
    """Begins when it is made; tells what its commands took."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._used = self._processor()

    @staticmethod
    def _processor() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def figures(self) -> dict[str, float]:
        """Return seconds, seconds of a processor, and the most memory of one command in MiB."""
        return {
            "seconds": round(time.monotonic() - self._began, 1),
            "processor_seconds": round(self._processor() - self._used, 1),
            "peak_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10,
        }


def write(path: Path, found: dict[str, Any]) -> None:
    """Write what was found, with the machine it was found on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"machine": machine.described(), **found}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
