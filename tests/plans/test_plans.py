"""No page reads or sorts more than a page may, by the plans that SQLite makes for the full-size book (SCL).

The statistics of a book of 1.4 million customers stand in ``full_size.json``; with them SQLite plans here as it does
there. Pages, lists, orders, filters and forms of search come from the URL map and the declarations, so that a new one
is judged without being named here. ``benchmarks/run --only plans`` does the same in a real full-size book.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from benchmarks.inside import listings, pages, searches
from benchmarks.queryplans import Recorder, Statistics, sqlite_faults
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform.http import PUBLIC, SIGNED_IN
from keyuan.platform.lists import pages as engine
from keyuan.platform.lists.cursor import Anchor, write_cursor
from keyuan.platform.lists.keyset import sort_field
from tests.flows.stranger import strangers_book

#: Role and place: one agent's rows, a branch's, the whole book's; and two who see what the others do not.
VISITORS = {
    "agent": ("agent", "team_a"),
    "branch": ("customer_resource_manager", "west"),
    "head office": ("management", "head"),
    "administrator": ("administrator", "head"),
    "auditor": ("auditor", "head"),
}
NAME = "欧阳慧敏"
#: What is measured and named in docs/scale.md instead: a form that offers every unit of the company.
KNOWN = {"organisation:person-new", "organisation:post-new", "organisation:unit-move", "organisation:units"}
#: The beginning of a name or number leaves few agents of any company; the engine is only told otherwise here.
SELECTIVE = ("list agents",)
#: What nearly every customer has: asking for some finds them on the first pages of the table.
COMMON = (" with service=SERVED", " with touch=NONE")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only("the plans are SQLite's; PostgreSQL's are read at full size by benchmarks/run"),
]


@pytest.fixture
def full_size() -> Iterator[Statistics]:
    """Let SQLite plan as in the full-size book."""
    rows = json.loads(Path(__file__).with_name("full_size.json").read_text(encoding="ascii"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", rows)
        cursor.execute("ANALYZE sqlite_schema")
    yield Statistics.of([tuple(row) for row in rows])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute("ANALYZE sqlite_schema")


def far_in(spec, rows, choice):
    """The cursor of a place in the middle, whatever stands there."""
    field = sort_field(rows.model, choice.sort.field)
    kind = type(field).__name__
    sample = {"DateField": "2026-03-16", "DateTimeField": "2026-03-16T08:00:00+08:00"}.get(kind, "1")
    return write_cursor(Anchor(field.to_python(sample), 1), engine.bound_to(spec, choice))


def asked(actor, ids) -> Iterator[tuple[str, str]]:
    """Everything this person can ask for: pages, lists as they are offered, forms of search."""
    dice = random.Random(1)
    for name, route, entry in pages.addresses():
        is_open = getattr(entry.callback, "permission", PUBLIC) in (PUBLIC, SIGNED_IN) or actor.may(
            entry.callback.permission
        )
        if is_open and name.rpartition(":")[2] not in pages.LEFT_OUT and "<path" not in route:
            yield from ((name, url) for url in pages.filled(route, ids, 1, dice))
    yield "customers:customer", f"/customers/{ids['customer_id'][0]}/?panel=1"
    for spec in listings.specs():
        if actor.may(spec.permission):
            yield from ((f"list {spec.key} {what}", url) for what, url in listings.visits(spec, actor))
    texts = [make(NAME) for make in searches.FORMS.values()] + ["13700009999", "11010519491231002X", "沪A12345"]
    yield from (("search", f"/palette/?q={quote(text)}") for text in texts)


def some_of(visits: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out what would be planned like its neighbour: further values of a filter, the same order backwards."""
    kept: dict[str, tuple[str, str]] = {}
    for what, url in visits:
        order, _with, values = what.partition(" with ")
        if values and " by -" in order:
            continue
        shape = "&".join(sorted(pair.partition("=")[0] for pair in values.split("&"))) if values else what
        kept.setdefault(f"{order} {shape}" if values else f"{what} {url}", (what, url))
    return list(kept.values())


def is_settled(what: str, *, many: bool) -> bool:
    """Tell whether the numbers that this run pretends cannot come about for ``what``."""
    if many:
        return " with " not in what or what.startswith(SELECTIVE)
    return what.endswith(COMMON)


@pytest.mark.parametrize("many", [False, True], ids=["few matches", "many matches"])
@pytest.mark.parametrize("visitor", list(VISITORS))
def test_no_page_reads_or_sorts_a_large_table(visitor, many, full_size, monkeypatch):
    tree = small_tree()
    book = strangers_book(tree)
    role, place = VISITORS[visitor]
    client, actor = client_of(role, unit=getattr(tree, place))
    client.raise_request_exception = False
    monkeypatch.setattr(listings, "far_in", far_in)
    if many:
        # As if every filter left more rows than are gathered: the engine walks the order's index.
        monkeypatch.setattr(engine, "GATHER_LIMIT", -1)
        monkeypatch.setattr(engine, "COUNT_LIMIT", -1)
    ids = {name: [value] for name, value in book.ids.items()}

    faults: dict[str, str] = {}
    seen: set[str] = set()
    for what, url in some_of(list(asked(actor, ids))):
        if what in KNOWN or is_settled(what, many=many):
            continue
        with Recorder() as recorder:
            client.get(url, headers={"HX-Request": "true"} if what.startswith(("list ", "search")) else {})
        for statement in recorder.statements.values():
            if statement.alias == "default" and statement.sql not in seen:
                seen.add(statement.sql)
                for fault in sqlite_faults(statement, full_size):
                    faults.setdefault(fault, f"{what} {url}: {fault}\n    {statement.sql}")

    assert len(seen) > 20
    assert list(faults.values()) == []
