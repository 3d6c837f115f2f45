"""Who stands twice: a million invented persons by ``keyuan linkage``, and the whole book by its job (CUS-8)."""

import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.running import Run, say
from keyuan.customers.drivers.linkage.sample import write_sample

RECORDS = 1_000_000
TRUTH = "真实人"


def measure(run: Run) -> dict[str, Any]:
    """Return seconds, memory and quality of the command on a file, and of the job over the book."""
    with tempfile.TemporaryDirectory(prefix="linkage-") as folder:
        found = {"file": _file(run, Path(folder)), "book": run.book.ask("linking")}
    one, book = found["file"], found["book"]
    say(f"  {one['records']:,} rows in {one['seconds']} s, {one['megabytes']:,} MB, F1 {one['f1']:.4f}")
    say(f"  {book['people']:,} persons of the book in {book['seconds']} s, F1 {book['f1']:.4f} on its truth")
    return found


def _file(run: Run, folder: Path) -> dict[str, Any]:
    persons, report = folder / "persons.csv", folder / "report.json"
    write_sample(persons, records=RECORDS)
    began = time.monotonic()
    run.book.tell(
        "linkage", "--input", str(persons), "--out", str(folder / "out.csv"), "--report", str(report), "--truth", TRUTH
    )
    seconds = round(time.monotonic() - began, 1)
    # The largest program that this run has started so far: an upper bound.
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    told = json.loads(report.read_text(encoding="utf-8"))
    return {
        "records": RECORDS,
        "seconds": seconds,
        "megabytes": megabytes,
        "stages": told["seconds"],
        **{key: told["truth"][key] for key in ("precision", "recall", "f1")},
        "expected_precision": told["expected"]["precision"],
        "expected_recall": told["expected"]["recall"],
    }
