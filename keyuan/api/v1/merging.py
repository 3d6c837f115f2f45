"""Likely duplicates: the queue, deciding, merging, undoing (CUS-8)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Flag, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Id, In, Out, Resource, RowId
from keyuan.customers import permissions
from keyuan.customers.selectors.merging.linkage_runs import access_linkage_run
from keyuan.customers.selectors.merging.merges import access_batch, access_merge
from keyuan.customers.selectors.merging.preview import moved_counts
from keyuan.customers.selectors.merging.queue import access_pair
from keyuan.customers.services.linkage.running import start_linkage
from keyuan.customers.services.merging import batches
from keyuan.customers.services.merging.merging import (
    decide_distinct,
    merge_customers,
    propose_pair,
    reopen_pair,
    undo_merge,
)
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Duplicates and merges")
PAIRS, MERGES = lists["duplicates"], lists["merges"]
BATCHES, RUNS = lists["merge-batches"], lists["linkage-runs"]
Reason = Annotated[str, Field(min_length=2, max_length=200)]
Note = Annotated[str, Field(max_length=200)]
Sides = dict[str, Annotated[str, OneOf(["survivor", "loser"], empty=False)]]


class PairOut(Out):
    """Two customers who may be one: how sure, and how each field agrees (never a value)."""

    id: int
    a_id: int
    b_id: int
    weight: float
    probability: float
    band: str
    levels: dict[str, Any]
    source: str
    status: str
    found_at: datetime
    decided_at: datetime | None
    note: str


class MergeRow(Out):
    """One merge."""

    id: int
    survivor_id: int
    loser_id: int
    batch_id: int | None
    status: str
    reason: str
    done_at: datetime | None
    undone_at: datetime | None
    needs_review: bool


class MovedRows(Out):
    """Rows of one kind that a merge moved."""

    label: str
    count: int


class MergeOut(MergeRow):
    """One merge with what the survivor took, what moved, and what an undo could not put back."""

    choices: dict[str, str]
    moved: list[MovedRows]
    flags: list[dict[str, Any]]


class BatchOut(Out):
    """Sure pairs merged together; the job says how far it is."""

    id: int
    status: str
    threshold: float
    pairs: int
    clusters: int
    planned: int
    merged: int
    skipped: int
    undone: int
    job_id: int | None


class RunOut(Out):
    """A comparison of the whole book; `result` has the figures of a finished one."""

    id: int
    status: str
    done: int
    total: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    result: dict[str, Any] = Field(
        description="`people`, `pairs`, `new`, `dropped`, `bands`, `threshold`, `figures` (thresholds, model)"
    )


class PairIn(In):
    """Two customers that somebody takes for one."""

    one_id: Id
    other_id: Id
    note: Note = ""


class DecisionIn(In):
    """Whether they are two persons (`true` is remembered for ever), or the pair is open again."""

    distinct: Flag
    note: Note = ""


class MergeIn(In):
    """Who goes into whom; fields that `choices` does not name follow the rules."""

    survivor_id: Id
    loser_id: Id
    reason: Reason
    choices: Sides = {}
    versions: Annotated[list[Id], Field(min_length=2, max_length=2)] | None = Field(
        None, description="`version` of survivor and loser as you read them"
    )


class UndoIn(In):
    """Why a merge is undone, and what of the rows that came since goes with the restored customer."""

    reason: Reason
    added: dict[str, Annotated[list[Id], Field(max_length=1000)]] = {}
    not_the_same: Flag = False


class BatchIn(In):
    """Which pairs a batch merges."""

    threshold: Annotated[float, Field(ge=0.5, le=1)]
    reason: Reason


class MergeStepIn(In):
    """What happens to a batch."""

    step: Annotated[str, OneOf(["run", "approve", "refuse", "undo"], empty=False)]
    reason: Note = ""


def pair_out(pair: Any) -> dict[str, Any]:
    """Return a pair as programs get it."""
    return {name: getattr(pair, name) for name in PairOut.model_fields}


def merge_row(merge: Any) -> dict[str, Any]:
    """Return a merge as lists show it."""
    return {name: getattr(merge, name) for name in MergeRow.model_fields}


def merge_out(merge: Any) -> dict[str, Any]:
    """Return a merge whole."""
    moved = [{"label": str(label), "count": count} for label, count in moved_counts(merge)]
    return merge_row(merge) | {"choices": merge.choices, "moved": moved, "flags": merge.flags}


def batch_out(batch: Any) -> dict[str, Any]:
    """Return a batch as programs get it."""
    return {name: getattr(batch, name) for name in BatchOut.model_fields}


@router.get("/duplicates", permissions.MERGE, Page[PairOut], parameters=parameters_of(PAIRS))
def list_duplicates(request: ApiRequest) -> Any:
    """List pairs of likely duplicates of which the caller sees both."""
    found = read_list(request, PAIRS)
    return {"rows": [pair_out(row) for row in found.records], **found.more}


@router.post("/duplicates", permissions.MERGE, PairOut)
def propose_duplicate(request: ApiRequest, body: PairIn) -> Any:
    """Put two customers into the queue."""
    now = clock.now()
    pair = propose_pair(actor=request.actor, one_id=body.one_id, other_id=body.other_id, note=body.note, now=now)
    return pair_out(pair)


@router.get("/duplicates/{int:pair_id}", permissions.MERGE, PairOut)
def get_duplicate(request: ApiRequest, pair_id: RowId) -> Any:
    """Get a pair."""
    return pair_out(access_pair(request.actor, pair_id, now=clock.now()))


@router.post("/duplicates/{int:pair_id}/decision", permissions.MERGE, PairOut, status=200)
def decide_duplicate(request: ApiRequest, pair_id: RowId, body: DecisionIn) -> Any:
    """Say that a pair is two persons, or open it again."""
    now = clock.now()
    if body.distinct:
        return pair_out(decide_distinct(actor=request.actor, pair_id=pair_id, note=body.note, now=now))
    return pair_out(reopen_pair(actor=request.actor, pair_id=pair_id, now=now))


@router.get("/merges", permissions.MERGE, Page[MergeRow], parameters=parameters_of(MERGES))
def list_merges(request: ApiRequest) -> Any:
    """List merges in reach."""
    found = read_list(request, MERGES)
    return {"rows": [merge_row(row) for row in found.records], **found.more}


@router.post("/merges", permissions.MERGE, MergeOut)
def add_merge(request: ApiRequest, body: MergeIn) -> Any:
    """Merge two customers; everything that belonged to the loser stands with the survivor.

    Reads of the loser answer 301 to the survivor from then on.
    """
    done = merge_customers(
        actor=request.actor, survivor_id=body.survivor_id, loser_id=body.loser_id, reason=body.reason,
        now=clock.now(), choices=body.choices,
        versions=(body.versions[0], body.versions[1]) if body.versions else None,
    )  # fmt: skip
    return merge_out(done)


@router.get("/merges/{int:merge_id}", permissions.MERGE, MergeOut)
def get_merge(request: ApiRequest, merge_id: RowId) -> Any:
    """Get a merge."""
    return merge_out(access_merge(request.actor, merge_id, now=clock.now()))


@router.post("/merges/{int:merge_id}/undo", permissions.MERGE, MergeOut, status=200)
def undo_one_merge(request: ApiRequest, merge_id: RowId, body: UndoIn) -> Any:
    """Undo a merge: both customers stand as they did; later edits stay and are named in `flags`."""
    undone = undo_merge(
        actor=request.actor, merge_id=merge_id, reason=body.reason, now=clock.now(), added=body.added,
        not_the_same=body.not_the_same,
    )  # fmt: skip
    return merge_out(undone)


def run_out(run: Any) -> dict[str, Any]:
    """Return a comparison of the book as programs get it."""
    return {name: getattr(run, name) for name in RunOut.model_fields}


@router.get("/linkage-runs", permissions.MERGE_BULK, Page[RunOut], parameters=parameters_of(RUNS))
def list_linkage_runs(request: ApiRequest) -> Any:
    """List comparisons of the whole book."""
    found = read_list(request, RUNS)
    return {"rows": [run_out(row) for row in found.records], **found.more}


@router.post("/linkage-runs", permissions.MERGE_BULK, RunOut, status=202)
def start_linkage_run(request: ApiRequest) -> Any:
    """Compare the whole book; a 409 says that it is being compared already."""
    return run_out(start_linkage(actor=request.actor))


@router.get("/linkage-runs/{int:job_id}", permissions.MERGE_BULK, RunOut)
def get_linkage_run(request: ApiRequest, job_id: RowId) -> Any:
    """Get a comparison: how far it is, and its figures."""
    return run_out(access_linkage_run(request.actor, job_id))


@router.get("/merge-batches", permissions.MERGE_BULK, Page[BatchOut], parameters=parameters_of(BATCHES))
def list_merge_batches(request: ApiRequest) -> Any:
    """List batches in reach."""
    found = read_list(request, BATCHES)
    return {"rows": [batch_out(row) for row in found.records], **found.more}


@router.post("/merge-batches", permissions.MERGE_BULK, BatchOut)
def add_merge_batch(request: ApiRequest, body: BatchIn) -> Any:
    """Plan the merge of all open pairs in reach from a probability on; nothing moves before the next step."""
    batch = batches.plan_batch(actor=request.actor, threshold=body.threshold, reason=body.reason, now=clock.now())
    return batch_out(batch)


@router.get("/merge-batches/{int:merge_batch_id}", permissions.MERGE_BULK, BatchOut)
def get_merge_batch(request: ApiRequest, merge_batch_id: RowId) -> Any:
    """Get a batch: where it stands, and how many records."""
    return batch_out(access_batch(request.actor, merge_batch_id))


@router.post("/merge-batches/{int:merge_batch_id}/step", permissions.MERGE_BULK, BatchOut, status=200)
def act_on_merge_batch(request: ApiRequest, merge_batch_id: RowId, body: MergeStepIn) -> Any:
    """Start, approve, refuse or undo a batch."""
    actor, now = request.actor, clock.now()
    if body.step == "run":
        return batch_out(batches.run_batch(actor=actor, batch_id=merge_batch_id, now=now))
    if body.step == "undo":
        return batch_out(batches.undo_batch(actor=actor, batch_id=merge_batch_id, reason=body.reason, now=now))
    approve = body.step == "approve"
    return batch_out(
        batches.decide_batch(actor=actor, batch_id=merge_batch_id, approve=approve, note=body.reason, now=now)
    )
