"""Rows that come one request at a time instead of in a file: the same targets, checks and writers (PLT-9, PLT-14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.mappings import SOURCE_LIMIT, FileMapping, Rule, natural_key
from keyuan.platform.imports.reading import FileReader
from keyuan.platform.imports.selectors import placement
from keyuan.platform.imports.targets import Chunk, ImportContext, Outcome, RowIssue, Target
from keyuan.platform.locks import hold
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.permissions import IMPORT_RUN

MOST_ROWS = 1_000
CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row: one of the four words, and why it was refused."""

    index: int
    result: str
    issues: tuple[RowIssue, ...] = ()


def upsert_rows(
    *,
    actor: Actor,
    target: Target,
    source: str,
    rows: Sequence[Mapping[str, str]],
    unit: int | str | None,
    now: datetime,
) -> list[RowResult]:
    """Make or change a record for each of ``rows`` (texts by field, as a file would hold them), by the source's keys.

    Each row stands for itself: a refused one keeps no other from being written. Raises Refused import.source,
    import.rows, import.unit, import.keys (no field of the rows is a key) and import.busy (a file of the source is at
    work).
    """
    actor.require(IMPORT_RUN)
    actor.require(target.permission)
    if not 0 < len(source) <= SOURCE_LIMIT or not source.isprintable():
        raise Refused("import.source", field="source", limit=SOURCE_LIMIT)
    if len(rows) > MOST_ROWS:
        raise Refused("import.rows", field="rows", limit=MOST_ROWS)
    place = placement(actor, unit)
    columns = [item.key for item in target.fields if any(row.get(item.key) for row in rows)]
    mapping = FileMapping(target.key, source, {key: Rule(column=key) for key in columns}, name="api")
    if not natural_key(mapping, target):
        raise Refused("import.keys", field="rows", keys=", ".join("+".join(keys) for keys in target.keys))
    reading = FileReader(mapping, target, columns, "api").read(
        [(index, [row.get(key, "") for key in columns]) for index, row in enumerate(rows)]
    )
    context = ImportContext(
        import_id=0, actor=actor, source=source, currency="CNY", options={}, levels=place.levels,
        unit_id=place.unit_id, sales_channel=place.sales_channel, now=now,
    )  # fmt: skip
    chunk, repeated = _without_repeated(reading.chunk)
    with transaction.atomic():
        # Two calls of one source must not both find a key new.
        hold(f"import:{source}")
        busy = ImportJob.objects.filter(lock_key=source).first()
        if busy is not None:
            raise Refused("import.busy", file=busy.file_name, who=busy.actor_name)
        outcome = target.check(chunk, context)
        target.write(chunk, context, outcome)
        results = _results(len(rows), chunk, outcome, [*reading.issues, *repeated])
        counts = {word: sum(result.result == word for result in results) for word in (CREATED, UPDATED, REFUSED)}
        detail = {"target": target.key, "source": source, "unit_id": place.unit_id, "rows": len(rows), **counts}
        record(actor, Action.IMPORT, Subject("import", 0), detail=detail, now=now)
    return results


def _without_repeated(chunk: Chunk) -> tuple[Chunk, list[RowIssue]]:
    """Return the rows that come first under their key; the others contradict or repeat them, and are refused."""
    first: dict[str, int] = {}
    again: dict[int, RowIssue] = {}
    for index, key in enumerate(chunk.keys):
        if key in first:
            other = chunk.numbers[first[key]]
            again[index] = RowIssue(chunk.numbers[index], "", "import.contradiction", {"other": other})
        else:
            first[key] = index
    return chunk.without(set(again)), list(again.values())


def _results(count: int, chunk: Chunk, outcome: Outcome, issues: Sequence[RowIssue]) -> list[RowResult]:
    """Return the result of each row; what is neither planned nor refused stands there already."""
    found: dict[int, list[RowIssue]] = {}
    for issue in issues:
        found.setdefault(issue.index, []).append(issue)
    for issue in outcome.issues:
        found.setdefault(chunk.numbers[issue.index], []).append(issue)
    plan: Any = outcome.plan
    words = dict.fromkeys((chunk.numbers[index] for index in plan.new), CREATED)
    for changed in (*plan.changed, *getattr(plan, "adopted", ())):
        words[chunk.numbers[changed[0]]] = UPDATED
    return [
        RowResult(index, REFUSED, tuple(found[index]))
        if index in found
        else RowResult(index, words.get(index, UNCHANGED))
        for index in range(count)
    ]
