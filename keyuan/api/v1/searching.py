"""Finding customers: the search box, and many identifiers at once (CUS-4)."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.v1.customer_schemas import CustomerRow
from keyuan.api.v1.customers import rows_out
from keyuan.customers import permissions
from keyuan.customers.selectors.batch_query import access_batch
from keyuan.customers.selectors.search import search_customers
from keyuan.customers.services.batch_query import ask_batch
from keyuan.customers.services.visits import note_search
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Search")

MOST_LINES = 10_000
Typed = Annotated[str, Query(min_length=1, max_length=100)]
Limit = Annotated[int, Query(ge=1, le=50)]


class Hit(Out):
    """A customer who fits, and why."""

    why: str = Field(description="Such as phone, identity_tail, pinyin, homophone")
    customer: CustomerRow


class Hits(Out):
    """Customers in reach who fit, the best first."""

    rows: list[Hit]


class BatchQueryIn(In):
    """Identifiers to look up: phones, identity, customer, policy or plate numbers, names."""

    name: Annotated[str, Field(max_length=80)] = ""
    lines: Annotated[list[Annotated[str, Field(max_length=120)]], Field(min_length=1, max_length=MOST_LINES)]


class BatchQueryOut(Out):
    """A batch query; it is matched in the background."""

    id: int
    name: str
    total: int
    matched: int
    ambiguous: int
    unmatched: int
    is_done: bool
    created_at: datetime
    expires_on: date


class BatchLine(Out):
    """One identifier and whom it names, as far as they are in reach."""

    number: int
    shown: str = Field(description="Masked where it is a sealed value")
    kind: str
    status: str = Field(description="W waiting, M matched, A ambiguous, U not found")
    customer_ids: list[int]


@router.get("/search/customers", permissions.VIEW, Hits)
def search_for_customers(request: ApiRequest, q: Typed, limit: Limit = 20) -> Any:
    """Find customers by anything one knows of them.

    Numbers, ends of numbers, names and parts of them, pinyin and its initials, with typing errors forgiven. The search
    stands on the audit trail with its kind, not its text.
    """
    now = clock.now()
    found = search_customers(request.actor, q.strip(), now=now, limit=limit)
    note_search(actor=request.actor, typed=q.strip(), hits=len(found), now=now)
    rows = rows_out(request.actor, [hit.summary for hit in found])
    return {"rows": [{"why": hit.why, "customer": row} for hit, row in zip(found, rows, strict=True)]}


@router.get(
    "/batch-queries", permissions.BATCH_QUERY, Page[BatchQueryOut], parameters=parameters_of(lists["batch-queries"])
)
def list_batch_queries(request: ApiRequest) -> Any:
    """List the client's own batch queries."""
    found = read_list(request, lists["batch-queries"])
    return {"rows": found.records, **found.more}


@router.post("/batch-queries", permissions.BATCH_QUERY, BatchQueryOut, status=202)
def ask_batch_query(request: ApiRequest, body: BatchQueryIn) -> Any:
    """Look up many identifiers at once.

    The answer comes at once; the matching goes on in the background until `is_done`.
    """
    return ask_batch(actor=request.actor, name=body.name, lines=body.lines, now=clock.now())


@router.get("/batch-queries/{int:query_id}", permissions.BATCH_QUERY, BatchQueryOut)
def get_batch_query(request: ApiRequest, query_id: RowId) -> Any:
    """Get a batch query of the client's own."""
    return access_batch(request.actor, query_id)


@router.get(
    "/batch-query-rows", permissions.BATCH_QUERY, Page[BatchLine], parameters=parameters_of(lists["batch-rows"])
)
def list_batch_query_rows(request: ApiRequest) -> Any:
    """List what became of the identifiers; `batch` names the batch query."""
    found = read_list(request, lists["batch-rows"])
    visible = found.extras or {}
    rows = [
        {
            "number": row.number,
            "shown": row.shown,
            "kind": row.kind,
            "status": row.status,
            "customer_ids": [pk for pk in (row.customer_id, *row.candidates) if pk in visible],
        }
        for row in found.records
    ]
    return {"rows": rows, **found.more}
