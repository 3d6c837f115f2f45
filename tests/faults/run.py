"""Kill, then prove: ``python -m tests.faults.run --db sqlite --kills 100 --seed 7 --out report.md`` (PLT-7, 9, 10).

The status is 1 when anything acknowledged was lost or doubled, or when the system did not come back by itself.
"""

import argparse
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.killer import Killer, Score
from tests.faults.ledger import Ledger
from tests.faults.system import System
from tests.faults.work import Work

#: Seconds that the system gets to come to rest after the last kill: the longest pause of a retry, and the work itself.
REST = 180.0
#: A run of fewer kills is one among thousands of tests: it does what takes minutes as little as possible.
QUICK = 20
#: Seconds in which each kind of write that people make all the time should have been answered once.
LAST_WRITES = 60.0
WRITES = frozenset(("customer", "edit", "interaction", "task"))


@dataclass
class Result:
    """What a run found out."""

    database: str
    seed: int
    score: Score
    acknowledged: Counter[str]
    retried: Counter[str]
    unanswered: int = 0
    unavailable: int = 0
    log_lines: int = 0
    rest: float = 0.0
    seconds: float = 0.0
    checks: int = 0
    wrong: list[str] = field(default_factory=list)


def run(
    *, database: str, kills: int, seed: int, port: int, folder: Path, customers: int, pause: float, minutes: float = 9.0
) -> Result:
    """Set a system up, let people work and processes die, then prove that all is well."""
    began = time.monotonic()
    system = System(folder, database=database, port=port, customers=customers)
    is_quick = kills < QUICK
    try:
        system.prepare(quick=is_quick)
        system.start()
        book = Ledger(folder / "ledger.jsonl")
        work = Work(system, book, seed)
        work.begin(quick=is_quick)
        killer = Killer(system, work, seed, pause=pause)
        killer.run(kills, seconds=minutes * 60)
        until_each_was_saved(book)
        work.end(REST)
        result = Result(database, seed, killer.score, book.counts, book.retried)
        gather(result, system, work)
        book.close()
        prove(result, system, folder / "ledger.jsonl")
    finally:
        left = system.stop()
    result.wrong += left
    result.seconds = time.monotonic() - began
    return result


def until_each_was_saved(book: Ledger) -> None:
    """Give people time for one of each kind of write: a busy machine brings few answers between two kills."""
    until = time.monotonic() + LAST_WRITES
    while not WRITES.issubset(book.counts) and time.monotonic() < until:
        time.sleep(0.5)


def gather(result: Result, system: System, work: Work) -> None:
    """Take what clients saw into the result."""
    result.wrong += work.failures + result.score.wrong
    for browser in work.browsers:
        result.unanswered += browser.unanswered
        result.unavailable += browser.unavailable
        result.wrong += [f"{count} times {page} broke" for page, count in browser.broken.items()]
    result.log_lines = len((system.folder / "serve.log").read_bytes().splitlines())


def prove(result: Result, system: System, book: Path) -> None:
    """Wait for rest, then compare the database with the ledger; nothing is repaired in between."""
    rest = json.loads(system.inspect("quiet", str(REST)).stdout or "{}")
    result.rest = rest.get("seconds", REST)
    if rest.get("left") != {}:
        result.wrong.append(f"not at rest: {rest.get('left')}")
    done = system.inspect("prove", str(book))
    if done.returncode:
        result.wrong.append(f"the proof ended with {done.returncode}: {done.stderr[-1500:]}")
        return
    proof = json.loads(done.stdout)
    result.checks, result.wrong = proof["checks"], result.wrong + proof["wrong"]
    verified = system.run("audit", "verify", check=False)
    if verified.returncode:
        result.wrong.append("keyuan audit verify: " + verified.stdout[-300:])


def report(result: Result) -> str:
    """Return a run as Markdown."""
    middle, high, most = result.score.spread()
    kills = sum(result.score.kills.values())
    said = sum(result.acknowledged.values())
    facts = [
        ("machine", f"{platform.machine()}, {len_of_cores()} cores, {datetime.now(UTC):%Y-%m-%d}"),
        ("seed, length", f"{result.seed}, {result.seconds:.0f} s"),
        ("kills", str(kills)),
        ("writes acknowledged", f"{said:,}"),
        ("of these after sending again", f"{sum(result.retried.values()):,}"),
        ("answers that never came; answers 503", f"{result.unanswered:,}; {result.unavailable:,}"),
        ("whole again after (median, p95, longest)", f"{middle:.1f} s, {high:.1f} s, {most:.1f} s"),
        ("at rest after the last write", f"{result.rest:.0f} s"),
        ("lines in the log", f"{result.log_lines:,}"),
        ("checks; what was wrong", f"{result.checks}; {len(result.wrong)}"),
    ]
    lines = [f"### {result.database}, {kills} kills", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    lines += ["", "| killed | times |", "|---|---|"]
    lines += [f"| {name} | {count} |" for name, count in result.score.kills.most_common()]
    lines += ["", "| written | acknowledged | after sending again |", "|---|---|---|"]
    lines += [f"| {name} | {count:,} | {result.retried[name]:,} |" for name, count in result.acknowledged.most_common()]
    lines += ["", *(f"- WRONG: {sentence}" for sentence in result.wrong)]
    return "\n".join(lines).rstrip() + "\n"


def len_of_cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def main() -> int:
    """Run once and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--port", type=int, default=8630)
    parser.add_argument("--customers", type=int, default=1500)
    parser.add_argument("--pause", type=float, default=4.0, help="longest pause between two kills, in seconds")
    parser.add_argument("--minutes", type=float, default=9.0, help="how long to kill at most")
    parser.add_argument("--out", type=Path, help="write the report to this file, too")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run for a look")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="keyuan-faults-"))
    result = run(
        database=options.db, kills=options.kills, seed=options.seed, port=options.port, folder=folder,
        customers=options.customers, pause=options.pause,
    )  # fmt: skip
    text = report(result)
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    if options.keep:
        print(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
