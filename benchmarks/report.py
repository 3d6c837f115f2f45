"""Write the tables of docs/scale.md from results of benchmarks/run.

    benchmarks/report sqlite.json postgresql.json

Each file becomes a column; the machine, date and commit of each stand above. The text goes to standard output.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import verdict

MARKS = {True: "", False: " **missed**", None: ""}
Result = dict[str, Any]


def row(*cells: object) -> str:
    """Return one line of a table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head(results: list[Result], *first: str) -> list[str]:
    """Return the head of a table with a column for each result."""
    names = [name_of(result) for result in results]
    return [row(*first, *names), row(*["---"] * (len(first) + len(names)))]


def name_of(result: Result) -> str:
    """Return how a result is called in a table."""
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[result["db"]]


def facts(results: list[Result]) -> Iterator[str]:
    """Yield what each was measured on."""
    for result in results:
        book, machine = result["book"], result["machine"]
        commits = sorted({part.get("commit", "") for part in result["parts"].values()})
        sizes = ", ".join(f"{count:,} {name}" for name, count in book.items())
        where = f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}"
        what = f"commit {', '.join(commits)}; medians of {result['rounds']} rounds"
        yield (
            f"- {name_of(result)}: {sizes}; {where}; {machine['date'][:16]}; {what}; "
            f"load at the start {machine['load'][0]}"
        )


def targets(results: list[Result]) -> Iterator[str]:
    """Yield the table of targets."""
    columns = [verdict.lines(result["parts"]) for result in results]
    yield from head(results, "what", "target")
    for lines in zip(*columns, strict=True):
        said = [(line.measured or "–") + MARKS[line.met] for line in lines]
        yield row(lines[0].what, lines[0].target, *said)


def pages(results: list[Result]) -> Iterator[str]:
    """Yield the pages that people open most: p50 · p95 · p99 in milliseconds for each reach."""
    wanted = {
        "home": "customers:today", "customers": "customers:home", "360°, first response": "customers:customer",
        "360°, all panels together": "customers:customer · all panels together",
        "360°, beside the list": "customers:customer · side panel", "policies": "policies:policy-list",
        "policy": "policies:policy-detail", "claims": "claims:claim-list", "claim": "claims:claim-detail",
        "timeline": "customers:interaction-list", "products": "products:product-list",
        "units": "organisation:unit-list", "people": "organisation:people", "audit trail": "platform:audit-list",
        "jobs": "platform:jobs",
    }  # fmt: skip
    yield from head(results, "page", "as")
    for label, kind in wanted.items():
        for person in ("agent", "branch", "head office", "administrator", "auditor"):
            found = [result["parts"].get("pages", {}).get("people", {}).get(person, {}).get(kind) for result in results]
            if any(found):
                yield row(label, person, *(points(item) if item else "–" for item in found))


def points(found: dict[str, float]) -> str:
    """Return the three percentiles."""
    return f"{found['p50']:.0f} · {found['p95']:.0f} · {found['p99']:.0f}"


def searches(results: list[Result]) -> Iterator[str]:
    """Yield every form of search in the box: p50 · p95 for agent, branch and head office."""
    people = [result["parts"].get("search", {}).get("people", {}) for result in results]
    forms = next((list(found["agent"]["box"]) for found in people if found), [])
    yield from head(results, "form")
    for form in forms:
        cells = []
        for found in people:
            each = [faces["box"].get(form) for faces in found.values()]
            cells.append(", ".join(f"{one['p50']:.0f} · {one['p95']:.0f}" for one in each if one) or "–")
        yield row(form, *cells)


def lists(results: list[Result]) -> Iterator[str]:
    """Yield every list: addresses, p50 · p95 · most, and how many miss the target."""
    people = [result["parts"].get("lists", {}).get("people", {}) for result in results]
    keys = sorted({(person, key) for found in people for person, each in found.items() for key in each})
    yield from head(results, "list", "as")
    for person, key in keys:
        each = [found.get(person, {}).get(key) for found in people]
        yield row(key, person, *(_list(item) if item else "–" for item in each))


def _list(found: dict[str, Any]) -> str:
    slow = f", {found['slow']} of {found['count']} above 80 ms" if found["slow"] else f", {found['count']} addresses"
    return f"{found['p50']:.0f} · {found['p95']:.0f} · {found['most']:.0f}{slow}"


def slowest(results: list[Result]) -> Iterator[str]:
    """Yield the addresses of lists that miss the target, the slowest first."""
    for result in results:
        people = result["parts"].get("lists", {}).get("people", {})
        found = [
            (seconds, f"{person} · {key}: {what}")
            for person, each in people.items()
            for key, one in each.items()
            for seconds, what in one["slowest"]
            if seconds > 80
        ]
        for seconds, what in sorted(found, reverse=True)[:15]:
            yield f"- {name_of(result)} · {what}: {seconds:,.0f} ms"


def traffic(results: list[Result]) -> Iterator[str]:
    """Yield what the desk traffic consisted of: how many, p50 · p95 in milliseconds."""
    kinds = [result["parts"].get("traffic", {}).get("kinds", {}) for result in results]
    yield from head(results, "kind of request")
    for kind in sorted({kind for found in kinds for kind in found}):
        each = [found.get(kind) for found in kinds]
        yield row(kind, *(f"{one['count']:,}: {one['p50']:.0f} · {one['p95']:.0f}" if one else "–" for one in each))


def imports(results: list[Result]) -> Iterator[str]:
    """Yield the imports: rows a second by the wall, by the processor, and of a file that changes nothing."""
    kinds = [result["parts"].get("imports", {}).get("kinds", {}) for result in results]
    yield from head(results, "rows a second by the wall · by the processor · again without a change")
    for kind in sorted({kind for found in kinds for kind in found}):
        each = [found.get(kind) for found in kinds]
        names = ("rows_per_second", "rows_per_processor_second", "unchanged_per_second")
        yield row(kind, *(" · ".join(f"{one[name]:,}" for name in names) if one else "–" for one in each))


def growth(results: list[Result]) -> Iterator[str]:
    """Yield the median page at each size, the ratio, and the kinds that grew."""
    for result in results:
        found = result["parts"].get("growth")
        if found:
            sizes = " → ".join(f"{int(size):,}: {value} ms" for size, value in found["medians"].items())
            kinds = f"median of {found['kinds']} kinds of page"
            yield f"- {name_of(result)}: {kinds} {sizes}; ratio {found['median_ratio']}"
            for person, kind, *times, ratio in found["grown"]:
                yield f"  - {person} · {kind}: {' → '.join(f'{value}' for value in times)} ms ({ratio}×)"


def plans(results: list[Result]) -> Iterator[str]:
    """Yield how many query plans were read and what was wrong."""
    for result in results:
        found = result["parts"].get("plans")
        if found:
            yield (
                f"- {name_of(result)}: {found['statements']:,} statements of {found['addresses']:,} addresses, "
                f"{len(found['faults'])} faults"
            )
            for fault in found["faults"][:20]:
                yield f"  - {fault['who']} · {fault['what']}: {fault['fault']}"


SECTIONS = {
    "Measured on": facts, "Targets": targets, "Pages": pages, "Search box": searches, "Lists": lists,
    "Addresses above 80 ms": slowest, "Desk traffic": traffic, "Imports": imports, "Growth": growth,
    "Query plans": plans,
}  # fmt: skip


def main() -> None:
    """Print every section."""
    parser = argparse.ArgumentParser(prog="benchmarks/report", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    results = [json.loads(path.read_text(encoding="utf-8")) for path in parser.parse_args().files]
    for title, section in SECTIONS.items():
        lines = list(section(results))
        if lines:
            print(f"### {title}\n\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
