"""Every table that a night makes through its engine, by DuckDB and by Spark: same rows, seconds, memory (ANA-1).

    KEYUAN_VAR=/tmp/both python -m benchmarks.judges.two_engines --mart var/mart/2026-11-23

The copy of the book must have had its night; it is only read, and what is made stands in KEYUAN_VAR. Needs Java 17 or
21 and requirements/spark.txt.
"""

import argparse
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

import benchmarks.inside.django_ready  # noqa: F401 - must come before what reads models
from benchmarks.judges import commands
from keyuan.analytics.rules.offers.facts import PARTS
from keyuan.analytics.services.churn.learning import CONTRACTS
from keyuan.analytics.services.night.engines import DuckEngine, SparkEngine, rows_of
from keyuan.analytics.services.night.profiling import look
from keyuan.analytics.services.offers.learning import DRAWN
from keyuan.analytics.testing import Made, tables_of_night
from keyuan.platform.mart.shelf import DERIVED


def tables_of(places: dict[str, Path], day: date) -> dict[str, Made]:
    """Return the tables of a night, learning from as much of the book as a night does."""
    one_in = max(1, rows_of(places["policies"]) // CONTRACTS)
    part = min(PARTS, max(1, DRAWN * PARTS // max(1, rows_of(places["customers"]))))
    return tables_of_night(day, one_in=one_in, part=part)


def run(engine: Any, tables: dict[str, Made], places: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """Make every table of those that this engine made before; return seconds, rows and digest of each."""
    folder = Path(settings.VAR_DIR) / engine.name
    folder.mkdir(parents=True, exist_ok=True)
    known, found = dict(places), {}
    for name, table in tables.items():
        began = time.monotonic()
        known[name] = folder / f"{name}.parquet"
        table.write(engine, known, known[name])
        seconds = round(time.monotonic() - began, 1)
        seen = look(known[name], None)
        found[name] = {"seconds": seconds, "rows": seen["rows"], "digest": seen["digest"]}
        print(f"{engine.name:<7} {name:<16} {seen['rows']:>10,} rows {seconds:>7} s", flush=True)
    return found


def most_memory() -> int:
    """Return the most memory that a program started by this one has held, in MiB: Java's, where Spark ran."""
    started = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    peaks = [
        int(line.split()[1])
        for pid in started
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        if line.startswith("VmHWM:")
    ]
    return max(peaks, default=0) >> 10


def main() -> int:
    """Run both, compare, print and write; 1 when a table differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mart", type=Path, required=True, help="folder of one copy of the book")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/two_engines.json"))
    wanted = parser.parse_args()
    places = {path.stem: path.resolve() for path in wanted.mart.glob("*.parquet")}
    places |= {name: (wanted.mart / DERIVED / f"{name}.parquet").resolve() for name in ("factors", "clusters")}
    day = date.fromisoformat(wanted.mart.name[:10])
    tables = tables_of(places, day)
    both = {engine.name: run(engine, tables, places) for engine in (DuckEngine(), SparkEngine())}
    here, there = both.values()
    differing = [name for name in tables if here[name]["digest"] != there[name]["digest"]]
    seconds = {name: round(sum(one["seconds"] for one in found.values()), 1) for name, found in both.items()}
    figures = {"seconds": seconds, "java_mib": most_memory(), "differing": differing, "tables": both}
    commands.write(wanted.out, {"rows": {name: rows_of(path) for name, path in places.items()}, **figures})
    told = f"differing: {', '.join(differing) or 'none'}"
    print(f"{len(tables)} tables, {told}; {seconds}, Java {figures['java_mib']} MiB")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
