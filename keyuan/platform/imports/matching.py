"""Rows of a file that look like records the book has: kept beside the import, decided by people (CUS-8, PLT-9).

The check finds the candidates and plans by the decisions; the writing pass finds them again and does what was decided.
A decision names rows by their number, so that it holds for the same file checked again.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.bulk import insert, update
from keyuan.platform.imports.selectors import access_own_import, target_of
from keyuan.platform.imports.targets import Answer, Candidate, Chunk, Likeness, Outcome
from keyuan.platform.models.import_job import ImportJob, ImportMatch
from keyuan.platform.permissions import IMPORT_RUN

OnLikely = ImportJob.OnLikely
#: Result → the count of the import that it belongs to.
COUNTED = {OnLikely.CREATE: "created", OnLikely.UPDATE: "updated", OnLikely.SKIP: "skipped"}
#: Candidates of one row that are kept, and rows that one request may decide.
MOST_CANDIDATES, MOST_ROWS = 3, 1_000


def answers_of(import_job: ImportJob, first: int, last: int) -> dict[int, Answer]:
    """Return what people decided for the rows from ``first`` to ``last``."""
    rows = ImportMatch.objects.filter(import_job=import_job, row_number__gte=first, row_number__lte=last)
    found = rows.exclude(decision="").values_list("row_number", "decision", "record_id")
    return {number: Answer(decision, record) for number, decision, record in found}


def counted(outcome: Outcome) -> Counter[str]:
    """Return how many rows look like a record, and how many of them are left out."""
    return Counter({"likely": len(outcome.likely), "skipped": len(skipped(outcome))})


def skipped(outcome: Outcome) -> list[int]:
    """Return the indexes of the rows that are left out because the book has them already."""
    return [index for index, likeness in outcome.likely.items() if likeness.result == OnLikely.SKIP]


def store(
    import_job: ImportJob, chunk: Chunk, outcome: Outcome, *, span: tuple[int, int], written_at: datetime | None
) -> None:
    """Keep the likely rows of a chunk (its row numbers lie in ``span``) in the caller's transaction.

    What was decided stays; rows that look like nobody any more are forgotten, unless they were written.
    """
    found = {chunk.numbers[index]: likeness for index, likeness in outcome.likely.items()}
    there = ImportMatch.objects.filter(import_job=import_job, row_number__gte=span[0], row_number__lte=span[1])
    known = dict(there.values_list("row_number", "pk"))
    there.filter(written_at__isnull=True).exclude(row_number__in=list(found)).delete()
    fresh = [number for number in found if number not in known]
    again = [number for number in found if number in known]
    update(ImportMatch, [known[number] for number in again], _columns(again, found, written_at))
    more = {"import_job_id": [import_job.pk] * len(fresh), "row_number": fresh}
    insert(ImportMatch, more | _columns(fresh, found, written_at), len(fresh))


def _columns(
    numbers: Sequence[int], found: Mapping[int, Likeness], written_at: datetime | None
) -> dict[str, list[Any]]:
    return {
        "candidates": [
            json.dumps([[one.record_id, list(one.signs)] for one in found[number].candidates[:MOST_CANDIDATES]])
            for number in numbers
        ],
        "result": [str(found[number].result) for number in numbers],
        "written_at": [written_at] * len(numbers),
    }


def candidates_of(match: ImportMatch) -> list[Candidate]:
    """Return the records that a row may be."""
    return [Candidate(int(pk), tuple(signs)) for pk, signs in match.candidates]


def decide_rows(*, actor: Actor, import_id: int, answers: Mapping[int, Answer | None], now: datetime) -> ImportJob:
    """Decide single rows by number; None takes a decision back. The same again changes nothing.

    Raises Refused import.likely_rows (too many), import.likely_row (no such row), import.likely_decision and
    import.likely_record (not one of its candidates), Conflict import.likely_stage unless the file is checked and not
    yet written.
    """
    if len(answers) > MOST_ROWS:
        raise Refused("import.likely_rows", field="rows", limit=MOST_ROWS)
    with transaction.atomic():
        import_job = _decidable(actor, import_id)
        rows = {row.row_number: row for row in _open_rows(import_job).filter(row_number__in=list(answers))}
        changed = []
        for number, answer in answers.items():
            row = rows.get(number)
            if row is None:
                raise Refused("import.likely_row", field="rows", row=number)
            _check(row, answer)
            if (row.decision, row.record_id) != _said(answer):
                changed.append((row, answer))
        _decide(import_job, changed, actor, now)
        if changed:
            _note(actor, import_job, {"rows": len(changed)}, now)
    return access_own_import(actor, import_id)


def decide_all(*, actor: Actor, import_id: int, decision: str, now: datetime) -> ImportJob:
    """Say what happens to every likely row of an import for which nobody decides otherwise. Raises as `decide_rows`."""
    if decision not in OnLikely.values:
        raise Refused("import.likely_decision", field="on_likely")
    with transaction.atomic():
        import_job = _decidable(actor, import_id)
        if import_job.on_likely != decision:
            before = import_job.on_likely
            undecided = _open_rows(import_job).filter(decision="")
            for result in OnLikely.values:
                if result != decision:
                    moved = undecided.filter(result=result).update(result=decision)
                    _shift(import_job, result, decision, moved)
            import_job.on_likely = decision
            import_job.save(update_fields=["on_likely", "created", "updated", "extras"])
            _note(actor, import_job, {"on_likely": decision, "before": before}, now)
    return access_own_import(actor, import_id)


def clear_decisions(*, actor: Actor, import_id: int, now: datetime) -> ImportJob:
    """Take all decisions on single rows back, so that the import's own holds. Raises as `decide_rows`."""
    with transaction.atomic():
        import_job = _decidable(actor, import_id)
        decided = _open_rows(import_job).exclude(decision="")
        for result in OnLikely.values:
            if result != import_job.on_likely:
                _shift(import_job, result, import_job.on_likely, decided.filter(result=result).count())
        count = decided.update(
            decision="", record_id=None, decided_at=None, decided_by_id=None, result=import_job.on_likely
        )
        if count:
            import_job.save(update_fields=["created", "updated", "extras"])
            _note(actor, import_job, {"cleared": count}, now)
    return access_own_import(actor, import_id)


def _decidable(actor: Actor, import_id: int) -> ImportJob:
    actor.require(IMPORT_RUN)
    import_job = access_own_import(actor, import_id, lock=True)
    actor.require(target_of(import_job).permission)
    if import_job.stage != ImportJob.Stage.CHECKED:
        raise Conflict("import.likely_stage")
    return import_job


def _open_rows(import_job: ImportJob) -> Any:
    return ImportMatch.objects.filter(import_job=import_job, written_at__isnull=True)


def _check(row: ImportMatch, answer: Answer | None) -> None:
    if answer is None:
        return
    if answer.decision not in OnLikely.values:
        raise Refused("import.likely_decision", field="rows")
    if answer.record_id is not None and answer.record_id not in {one.record_id for one in candidates_of(row)}:
        raise Refused("import.likely_record", field="rows", row=row.row_number)


def _said(answer: Answer | None) -> tuple[str, int | None]:
    return (answer.decision, answer.record_id) if answer else ("", None)


def _decide(
    import_job: ImportJob, changed: Sequence[tuple[ImportMatch, Answer | None]], actor: Actor, now: datetime
) -> None:
    for row, answer in changed:
        result = answer.decision if answer else import_job.on_likely
        _shift(import_job, row.result, result, 1)
        row.decision, row.record_id = _said(answer)
        row.decided_at, row.decided_by_id = (now, actor.id) if answer else (None, None)
        row.result = result
    rows = [row for row, _answer in changed]
    ImportMatch.objects.bulk_update(
        rows, ["decision", "record_id", "decided_at", "decided_by_id", "result"], batch_size=500
    )
    import_job.save(update_fields=["created", "updated", "extras"])


def _shift(import_job: ImportJob, before: str, after: str, count: int) -> None:
    """Move ``count`` rows from one count of the checked import to another."""
    if before == after or not count:
        return
    for result, by in ((before, -count), (after, count)):
        name = COUNTED[OnLikely(result)]
        if name == "skipped":
            import_job.extras["skipped"] = import_job.extras.get("skipped", 0) + by
        else:
            setattr(import_job, name, getattr(import_job, name) + by)


def _note(actor: Actor, import_job: ImportJob, detail: Mapping[str, Any], now: datetime) -> None:
    subject = Subject("import", import_job.pk)
    record(actor, Action.UPDATE, subject, reason="likely duplicates", detail=dict(detail), now=now)


def summary_of(import_job: ImportJob) -> dict[str, int]:
    """Return how many likely rows there are, are decided one by one, and by what is planned or was done."""
    rows = ImportMatch.objects.filter(import_job=import_job).order_by()
    found = dict(rows.values_list("result").annotate(rows=Count("pk")))
    counts = {str(result): int(found.get(result, 0)) for result in OnLikely.values}
    return {"likely": sum(counts.values()), "decided": rows.exclude(decision="").count(), **counts}
