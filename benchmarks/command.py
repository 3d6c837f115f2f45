"""Measure a book and print the table of targets (SCL).

    benchmarks/run --db sqlite --customers 1400000 --out sqlite.json
    benchmarks/run --db sqlite --book FOLDER --only lists --only search --rounds 5
    DATABASE_URL=postgresql://… benchmarks/run --db postgresql --book FOLDER

Without --book a demo book is made under build/benchmarks and kept for the next run. The book must be a demo book.
Results are added to --out after every part, so that a run that was cut short goes on with --only.

What it leaves in the book: sessions and audit events of the demo people (they did look), nothing else. What desk
traffic writes is taken back; imports, audit and demo run in databases of their own that are deleted.
"""

import argparse
import json
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import machine, verdict
from benchmarks.books import SHELF, Failed, opened
from benchmarks.parts import (
    allocation,
    audit,
    batch,
    boards,
    chat,
    classification,
    clocks,
    demo,
    growth,
    imports,
    knowledge,
    linkage,
    lists,
    merge,
    night,
    orders,
    pages,
    permits,
    plans,
    quality,
    search,
    segments,
    start,
    tasks,
    traffic,
)
from benchmarks.running import Part, Run, load_now, say
from benchmarks.serving import served

#: In this order. The first group speaks to a running server, the second needs none.
SERVED: dict[str, Part] = {
    "pages": pages.measure,
    "search": search.measure,
    "lists": lists.measure,
    "boards": boards.measure,
    "traffic": traffic.measure,
}
ALONE: dict[str, Part] = {
    "start": start.measure,
    "batch": batch.measure,
    "tasks": tasks.measure,
    "clocks": clocks.measure,
    "allocation": allocation.measure,
    "imports": imports.measure,
    "linkage": linkage.measure,
    "merge": merge.measure,
    "permits": permits.measure,
    "orders": orders.measure,
    "knowledge": knowledge.measure,
    "chat": chat.measure,
    "audit": audit.measure,
    "classification": classification.measure,
    "quality": quality.measure,
    "segments": segments.measure,
    "night": night.measure,
    "demo": demo.measure,
    "plans": plans.measure,
}


def options() -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--customers", type=int, default=14_000, help="size of the book made where none is given")
    parser.add_argument("--book", type=Path, help="data folder of a demo book to reuse (or to make)")
    parser.add_argument("--only", action="append", choices=[*SERVED, *ALONE], help="measure these parts only")
    parser.add_argument("--growth", action="store_true", help="measure pages at 14,000, at 140,000 and in this book")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions; figures are their medians")
    parser.add_argument("--samples", type=int, default=12, help="records of each kind of page")
    parser.add_argument("--seconds", type=float, default=60, help="length of the desk traffic")
    parser.add_argument("--rows", type=int, default=50_000, help="rows of each import")
    parser.add_argument("--out", type=Path, help="JSON file (default build/benchmarks/DB-CUSTOMERS.json)")
    return parser.parse_args()


class Results:
    """The JSON file: facts about the run, and the figures of each part, kept from earlier runs unless measured anew."""

    def __init__(self, path: Path, facts: dict[str, Any]) -> None:
        self.path = path
        known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        self.found = {**facts, "parts": known.get("parts", {})}

    def add(self, name: str, figures: dict[str, Any], seconds: float) -> None:
        """Keep the figures of a part and write the file."""
        when = {
            "seconds_taken": round(seconds, 1),
            "load_after": load_now(),
            "measured_at": machine.described()["date"],
        }
        self.found["parts"][name] = {**when, "commit": self.found["machine"]["commit"], **figures}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.found, ensure_ascii=False, indent=1)
        self.path.write_text(text + "\n", encoding="utf-8")


def measured(results: Results, run: Run, name: str, part: Part) -> bool:
    """Measure one part; a part that fails says why and leaves the others alone."""
    say(f"{name} …")
    began = time.perf_counter()
    try:
        results.add(name, part(run), time.perf_counter() - began)
    except (Failed, OSError, ValueError) as error:
        say(f"  FAILED: {error}")
        return False
    say(f"  done in {time.perf_counter() - began:.0f} s")
    return True


def main() -> int:
    """Measure what was asked for; return 0 when every part could be measured, whatever the figures say."""
    # Told to end, we still end the server and take back what was written.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = options()
    chosen = wanted.only or ([] if wanted.growth else [*SERVED, *ALONE])
    with ExitStack() as stack:
        book = stack.enter_context(opened(wanted.db, wanted.customers, wanted.book))
        size = book.ask("size")
        facts = {"db": wanted.db, "book": size, "rounds": wanted.rounds, "machine": machine.described()}
        out = wanted.out or SHELF / f"{wanted.db}-{size['customers']}.json"
        results = Results(out, facts)
        run = Run(book, wanted.db, wanted.rounds, wanted.samples, wanted.seconds, wanted.rows)
        say(f"{wanted.db}, {size['customers']:,} customers, {size['policies']:,} policies; load {load_now()}")
        good = [measured(results, run, name, part) for name, part in ALONE.items() if name in chosen]
        if any(name in chosen for name in SERVED):
            with served(book) as (port, _seconds):
                run.port = port
                good += [measured(results, run, name, part) for name, part in SERVED.items() if name in chosen]
                run.leave()
        if wanted.growth:
            good.append(measured(results, run, "growth", growth.measure))
    say(f"\n{verdict.table(results.found['parts'])}\n\n{out}")
    return 0 if all(good) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as error:
        sys.exit(f"benchmarks/run: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
