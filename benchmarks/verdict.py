"""The table of targets (SCL): what each says, what was measured, and whether that is enough."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Parts = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One line of the table; ``met`` is None where nothing was measured."""

    what: str
    target: str
    measured: str
    met: bool | None


def _kind(parts: Parts, kind: str) -> dict[str, float]:
    people = parts.get("pages", {}).get("people", {})
    return {name: found[kind]["p95"] for name, found in people.items() if kind in found}


def _said(values: dict[str, float], unit: str = "ms") -> str:
    return " · ".join(f"{name} {value:,.0f}" for name, value in values.items()) + f" {unit}"


def _below(what: str, target: str, limit: float, values: dict[str, float]) -> Line:
    return Line(what, target, _said(values) if values else "", max(values.values()) <= limit if values else None)


def record(parts: Parts) -> Iterator[Line]:
    """Yield the lines of the 360° page."""
    first, together = _kind(parts, "customers:customer"), _kind(parts, "customers:customer · all panels together")
    yield _below("360° page, first response, p95", "≤ 50 ms", 50, first)
    yield _below("360° page, all panels together, p95", "≤ 150 ms", 150, together)


def searching(parts: Parts) -> Iterator[Line]:
    """Yield the slowest form of the search box."""
    people = parts.get("search", {}).get("people", {})
    worst = {name: max(form["p95"] for form in faces["box"].values()) for name, faces in people.items()}
    yield _below("search box, slowest form of all, p95", "≤ 50 ms", 50, worst)


def listing(parts: Parts) -> Iterator[Line]:
    """Yield the slowest list of each person, and how many addresses miss the target."""
    people = parts.get("lists", {}).get("people", {})
    worst = {name: max(found["p95"] for found in lists.values()) for name, lists in people.items() if lists}
    yield _below("lists: any page, order and filter, slowest list, p95", "≤ 80 ms", 80, worst)
    if people:
        total = sum(found["count"] for lists in people.values() for found in lists.values())
        slow = sum(found["slow"] for lists in people.values() for found in lists.values())
        yield Line("lists: addresses slower than 80 ms", "none", f"{slow:,} of {total:,}", slow == 0)


def traffic(parts: Parts) -> Iterator[Line]:
    """Yield throughput and p95 of desk traffic."""
    found = parts.get("traffic")
    measured, met = "", None
    if found:
        measured = f"{found['per_second']:,.0f}/s, p95 {found['all']['p95']:,.0f} ms, {found['failed']} failed"
        met = found["per_second"] >= 150 and found["all"]["p95"] <= 150 and not found["failed"]
    yield Line("mixed desk traffic, 2 workers", "≥ 150/s with p95 ≤ 150 ms", measured, met)


def importing(parts: Parts) -> Iterator[Line]:
    """Yield the imports; the check and the writing together, by the wall."""
    found = parts.get("imports", {}).get("kinds", {})
    for kind, what, least in (("persons", "full persons", 3_000), ("generic", "books without personal data", 10_000)):
        speed = found.get(kind, {}).get("rows_per_second")
        measured = f"{speed:,.0f} rows/s" if speed else ""
        yield Line(f"import: {what}", f"≥ {least:,} rows/s", measured, speed >= least if speed else None)


def others(parts: Parts) -> Iterator[Line]:
    """Yield what has one figure."""
    start = parts.get("start", {}).get("median")
    yield Line("start of the server to the first page", "≤ 3 s", f"{start} s" if start else "", start and start <= 3)
    growth = parts.get("growth", {}).get("median_ratio")
    yield Line(
        "growth of a page, 14 thousand → 1.4 million", "≤ 1.3×", f"{growth:.2f}×" if growth else "",
        growth and growth <= 1.3,
    )  # fmt: skip
    audit = parts.get("audit")
    said = f"{audit['per_second']:,.0f}/s, {audit['lost']} lost, {audit['unsealed']} unsealed" if audit else ""
    yield Line(
        "audit: eight writers at once", "nothing lost, sealer keeps up", said,
        audit["lost"] == 0 and audit["unsealed"] == 0 if audit else None,
    )  # fmt: skip
    batch = parts.get("batch")
    yield Line(
        "batch query of 100,000 identifiers", "–",
        f"{batch['seconds']:.0f} s, {batch['per_second']:,.0f}/s" if batch else "", None,
    )  # fmt: skip
    allocated = parts.get("allocation")
    said = f"{allocated['given']:,} in {allocated['giving_seconds']:.0f} s" if allocated else ""
    yield Line(
        "bulk allocation of 100,000", "60 s", said, allocated["giving_seconds"] <= 60 if allocated else None,
    )  # fmt: skip
    merge = parts.get("merge", {}).get("merge")
    yield Line(
        "merging sure pairs in bulk", "≥ 1,000 a CPU second",
        f"{merge['per_cpu_second']:,} a CPU second, lock {merge['lock_ms']:.0f} ms" if merge else "",
        merge["per_cpu_second"] >= 1000 if merge else None,
    )  # fmt: skip
    permits = parts.get("permits")
    yield Line(
        "contact permits", "≥ 1,000/s",
        f"{permits['many_per_second']:,}/s at once, {permits['one_per_second']:,}/s one by one" if permits else "",
        permits["many_per_second"] >= 1000 if permits else None,
    )  # fmt: skip
    orders = parts.get("orders")
    yield Line(
        "queue of work orders, 2 million of them (p95)", "80 ms",
        f"{orders['p95_ms']:.0f} ms ({orders['slowest']})" if orders else "",
        orders["p95_ms"] <= 80 if orders else None,
    )  # fmt: skip
    yield Line(
        "taking the next order, 50 at once", "no double",
        f"{orders['taken']} taken, {orders['doubles']} doubles, p95 {orders['take_p95_ms']:.0f} ms" if orders else "",
        orders["doubles"] == 0 if orders else None,
    )  # fmt: skip
    knowledge = parts.get("knowledge")
    yield Line(
        "searching 20,000 articles in Chinese (p95)", "50 ms",
        f"{knowledge['p95_ms']:.0f} ms ({knowledge['slowest']} {knowledge['slowest_p95_ms']:.0f})" if knowledge else "",
        knowledge["p95_ms"] <= 50 if knowledge else None,
    )  # fmt: skip
    chat = parts.get("chat")
    yield Line(
        "announcing to 500 open desks, from commit to receipt (p95)", "1 s, none lost",
        f"{chat['all_p95_ms']:.0f} ms, {chat['lost']} lost, {chat['cpu_percent']} % CPU" if chat else "",
        chat["all_p95_ms"] <= 1000 and not chat["lost"] if chat else None,
    )  # fmt: skip
    demo = parts.get("demo")
    said = f"{demo['customers']:,} in {demo['seconds']:.0f} s, {demo['per_second']:,.0f}/s" if demo else ""
    yield Line("demo book: customers with everything that hangs on them", "–", said, None)


def _night(found: dict[str, Any] | None) -> Iterator[Line]:
    one = found["first"] if found else None
    said = f"{one['seconds']:.0f} s, {one['changed']:,} written back" if one else ""
    yield Line("night run of the whole book", "≤ 600 s", said, one["seconds"] <= 600 if one else None)
    peak = found["peak_mb"] if found else None
    yield Line("night run: memory", "≤ 6 GiB", f"{peak:,} MB" if peak else "", peak <= 6144 if peak else None)


def _boards(found: dict[str, Any] | None) -> Iterator[Line]:
    readers = [one["p95"] for one in (found or {}).values() if isinstance(one, dict)]
    slowest = max(readers, default=None)
    said = f"{slowest:.0f} ms" if slowest else ""
    yield Line("opening a board (p95 of the slowest reader)", "≤ 300 ms", said, slowest <= 300 if slowest else None)


def governing(parts: Parts) -> Iterator[Line]:
    """Yield the figures of the customer-resource centre."""
    found = parts.get("classification")
    for key, what in (
        ("still", "nothing moves"), ("moved", "other thresholds"), ("first", "everybody for the first time"),
    ):  # fmt: skip
        one = found[key] if found else None
        said = f"{one['seconds']:.0f} s, {one['moved']:,} moved, longest lock {one['longest_ms']} ms" if one else ""
        yield Line(f"classification of the whole book: {what}", "≤ 60 s", said, one["seconds"] <= 60 if one else None)
    judged = parts.get("quality")
    for key, what in (
        ("still", "nothing changes"),
        ("moved", "other weights"),
        ("first", "everybody for the first time"),
    ):
        one = judged[key] if judged else None
        said = f"{one['seconds']:.0f} s, {one['changed']:,} changed" if one else ""
        # Other weights write nearly every row, the first run every one: only the nightly run has a target.
        met = one["seconds"] <= 60 if one and key == "still" else None
        yield Line(f"data quality of the whole book: {what}", "≤ 60 s" if key == "still" else "–", said, met)
    yield from _night(parts.get("night"))
    yield from _boards(parts.get("boards"))
    counted, live = parts.get("segments", {}).get("whole"), parts.get("segments", {}).get("live")
    slowest = max(counted.values(), key=lambda one: int(one["ms"])) if counted else None
    said = f"{slowest['ms']} ms for {slowest['total']:,}" if slowest else ""
    yield Line(
        "segment: slowest of twelve counts with sample", "≤ 1 s", said, slowest["ms"] <= 1000 if slowest else None
    )
    said = f"{live['per_second']:,}/s, one in {live['one_ms']} ms" if live else ""
    yield Line("segment: live membership checks", "–", said, None)


def linking(parts: Parts) -> Iterator[Line]:
    """Yield the figures of who stands twice."""
    one, book = (parts.get("linkage", {}).get(key) for key in ("file", "book"))
    said = f"{one['seconds']:.0f} s, {one['megabytes']:,} MB, F1 {one['f1']:.4f}" if one else ""
    met = one["seconds"] <= 60 and one["megabytes"] <= 4096 if one else None
    yield Line("linkage of a file of 1,000,000 rows", "≤ 60 s, ≤ 4 GiB", said, met)
    said = f"{book['seconds']:.0f} s, F1 {book['f1']:.4f} on the book's truth" if book else ""
    yield Line("duplicates over the whole book", "≤ 10 min", said, book["seconds"] <= 600 if book else None)


LINES: tuple[Callable[[Parts], Iterator[Line]], ...] = (
    record, searching, listing, traffic, importing, others, governing, linking,
)  # fmt: skip


def lines(parts: Parts) -> list[Line]:
    """Return every line of the table."""
    return [line for group in LINES for line in group(parts)]


def table(parts: Parts) -> str:
    """Return the table as it is printed."""
    marks = {True: "met", False: "MISSED", None: ""}
    rows = [(line.what, line.target, line.measured or "not measured", marks[line.met]) for line in lines(parts)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    text = [f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:<{widths[2]}}  {d}".rstrip() for a, b, c, d in rows]
    return "\n".join(text)
