"""Everything that guards the project: types, format, lint, layers and Django's checks beside each other, then tests.

Tests run on SQLite, on a private PostgreSQL cluster and in Chromium. The last line is ``N passed, N failed``; what this
machine cannot run is named on the line before, which starts with PARTIAL.

``--static`` stops before the tests; ``--complete`` (continuous integration) refuses PARTIAL.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from keyuan.config.catalogues import compile_catalogues
from keyuan.config.setup_assets import AssetError, build_assets
from keyuan.config.setup_steps import BUILT
from scripts import spark
from scripts.private_postgres import is_available, private_cluster

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_TESTS = "tests/browser"
#: Tests that compare Spark with DuckDB: one process, so that one Java is started. What others of the mark say of single
#: values follows from these; `pytest -m spark` runs them, too.
SPARK_TESTS = ("keyuan/analytics/tests/test_spark.py", "keyuan/customers/tests/linkage/test_spark.py")
#: Of a Java that lives for a minute the second compiler takes more than it gives.
BRIEF_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
#: Seconds after which one check counts as hung.
LONGEST = 1800


@dataclass
class Tally:
    """What passed, what failed, what was left out."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def note(self, name: str, good: bool) -> None:
        """Count one check."""
        if good:
            self.passed += 1
        else:
            self.failed.append(name)


def tool(name: str) -> str:
    """Return the path of a program of this environment."""
    return str(Path(sys.executable).parent / name)


def static_checks() -> list[tuple[str, list[str]]]:
    """Return the checks that run no test; the slowest is first, the others run beside it."""
    manage = [sys.executable, "manage.py"]
    return [
        ("types", [tool("mypy")]),
        ("format", [tool("ruff"), "format", "--check", "."]),
        ("lint", [tool("ruff"), "check", "."]),
        ("layers", [tool("lint-imports"), "--no-cache"]),
        ("Django's checks", [*manage, "check", "--fail-level", "WARNING"]),
        ("migrations match models", [*manage, "makemigrations", "--check", "--dry-run"]),
    ]


def call(command: list[str], output: IO[str] | None, **extra: str) -> bool:
    """Run ``command`` from the root with ``extra`` in its environment; tell whether it succeeded in time."""
    environment = {**os.environ, **extra}
    try:
        done = subprocess.call(
            command, cwd=ROOT, env=environment, timeout=LONGEST, stdout=output, stderr=output and subprocess.STDOUT
        )
    except subprocess.TimeoutExpired:
        print(f"ended after {LONGEST} s: {command}", flush=True)
        return False
    return done == 0


def check(name: str, command: list[str]) -> tuple[str, bool]:
    """Run one static check with a data folder of its own; print what it said in one piece."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="keyuan-check-") as folder, tempfile.TemporaryFile("w+") as said:
        good = call(command, said, KEYUAN_VAR=folder)
        said.seek(0)
        print(f"== {name}\n{said.read()}   {time.monotonic() - started:.0f} s", flush=True)
    return name, good


def run_static_checks(tally: Tally) -> None:
    """Run the checks that need no test, as many at once as there are cores."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, good in pool.map(lambda one: check(*one), static_checks()):
            tally.note(name, good)


def count(tally: Tally, name: str, report: Path, good: bool) -> None:
    """Add what a pytest report holds; a run that failed without a failing test (a collection error) counts once."""
    failed = 0
    with suppress(FileNotFoundError, ET.ParseError):
        suite = next(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - written by pytest just now
        numbers = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
        failed = numbers["failures"] + numbers["errors"]
        tally.passed += numbers["tests"] - failed - numbers["skipped"]
    tally.failed += [f"{name}: a test"] * failed
    if not good and not failed:
        tally.failed.append(name)


def pytest(tally: Tally, name: str, *arguments: str, **extra: str) -> None:
    """Run one pass of pytest and count it."""
    report = REPORTS / f"{name.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    print(f"== tests: {name}", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "--durations=5", *arguments]
    good = call(command, None, **extra)
    count(tally, name, report, good)
    print(f"   {time.monotonic() - started:.0f} s", flush=True)


def run_tests(tally: Tally) -> None:
    """Run the tests on both databases and in the browser, as far as this machine can."""
    spread = ["-n", "2", "--dist", "worksteal", f"--ignore={BROWSER_TESTS}", "-m", "not spark"]
    pytest(tally, "SQLite", *spread)
    if is_available():
        with private_cluster() as cluster:
            pytest(tally, "PostgreSQL", *spread, DATABASE_URL=cluster.url, KEYUAN_TEST_PGDATA=str(cluster.data))
    else:
        tally.left_out.append("tests on PostgreSQL (install postgresql)")
    if spark.is_available():
        pytest(tally, "Spark", "-m", "spark", *SPARK_TESTS, JAVA_TOOL_OPTIONS=BRIEF_JAVA)
    else:
        print(f"== tests: Spark: none without Java {spark.OLDEST} to {spark.NEWEST} (an optional extra)", flush=True)
    if not shutil.which("pgbackrest"):
        tally.left_out.append("backups of PostgreSQL (install pgbackrest)")
    if os.environ.get("CHROMIUM") or any(map(shutil.which, CHROMIUM)):
        pytest(tally, "browser", "-n", "2", "--dist", "loadfile", BROWSER_TESTS)
    else:
        tally.left_out.append("tests in the browser (install chromium)")


def conclude(tally: Tally, *, complete: bool) -> int:
    """Print the verdict; return the exit status."""
    for name in sorted(set(tally.failed)):
        print(f"FAILED {name}")
    if tally.left_out:
        print("PARTIAL: left out " + "; ".join(tally.left_out))
    print(f"{tally.passed} passed, {len(tally.failed)} failed", flush=True)
    return 1 if tally.failed or (complete and tally.left_out) else 0


def main() -> int:
    """Run what was asked for; return 0 when everything that ran passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--static", action="store_true", help="stop before the tests")
    parser.add_argument("--complete", action="store_true", help="fail when something had to be left out")
    options = parser.parse_args()
    tally = Tally()
    # Told to end, we still clear away what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    REPORTS.mkdir(parents=True, exist_ok=True)
    try:
        build_assets(BUILT)
    except AssetError as error:
        print(error)
        tally.failed.append("front-end files")
    compile_catalogues(BUILT)
    run_static_checks(tally)
    if not options.static:
        run_tests(tally)
    return conclude(tally, complete=options.complete)


if __name__ == "__main__":
    sys.exit(main())
