"""The work of an import, chunk by chunk: each commits with its progress, so that a kill loses and doubles nothing.

An import has up to two passes over the file. The check reads only: it is the dry run, and for all-or-nothing it comes
before the first row is written. The second pass writes.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.errors import Invalid, KeyuanError, Refused
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.platform.imports import doubles, locking, matching
from keyuan.platform.imports.events import ImportEnded, ImportFinished
from keyuan.platform.imports.layouts import Layout, rows_of
from keyuan.platform.imports.reading import FileReader, Reading, Sum
from keyuan.platform.imports.remembering import remember
from keyuan.platform.imports.selectors import mapping_of, placement, target_of
from keyuan.platform.imports.storage import opener_for
from keyuan.platform.imports.tables import NumberedRow
from keyuan.platform.imports.targets import Chunk, ImportContext, Outcome, RowIssue
from keyuan.platform.jobs import Progress, chunked
from keyuan.platform.models.import_job import ImportIssue, ImportJob

KIND = "import"
CHECK, WRITE = "check", "write"
Stage = ImportJob.Stage
#: More doubles than this are found again by every slice instead of being kept with the job.
KEPT_DOUBLES = 2000
COUNTS = ("rows_read", "created", "updated", "unchanged", "refused")
STAGES = {CHECK: Stage.CHECKING, WRITE: Stage.WRITING}


@chunked(KIND, title=_("Import of %(file)s"))
def run_import(job: Progress, state: dict[str, Any]) -> None:
    """Do one slice of an import: ``import_id``, ``phase`` to begin with, ``writes`` whether writing follows."""
    import_job = ImportJob.objects.get(pk=job.kwargs["import_id"])
    with _failures(job, import_job):
        Slice(job, state, import_job).run()


@contextmanager
def _failures(job: Progress, import_job: ImportJob) -> Iterator[None]:
    """End the import with its reason where trying again cannot help; anything else is the queue's business."""
    try:
        yield
    except KeyuanError as error:
        reason = error.errors[0] if isinstance(error, Invalid) and error.errors else error
        with job.step():
            _end(import_job, Stage.REFUSED, reason)
            job.finish(import_id=import_job.pk)


def _end(import_job: ImportJob, stage: str, reason: KeyuanError | None = None) -> None:
    locking.release(import_job)
    params = dict(reason.params) if reason else {}
    ImportJob.objects.filter(pk=import_job.pk).update(
        stage=stage,
        finished_at=clock.now(),
        failure=reason.code if reason else "",
        failure_params=params,
    )
    emit(ImportEnded((import_job.pk,), stage=stage))


class Slice:
    """What one worker does of an import before it hands over to the next."""

    def __init__(self, job: Progress, state: dict[str, Any], import_job: ImportJob) -> None:
        self.job, self.state, self.import_job = job, state, import_job
        self.target, self.mapping = target_of(import_job), mapping_of(import_job)
        self.layout, self.opener = Layout.from_json(import_job.layout), opener_for(import_job)
        self.reader = FileReader(self.mapping, self.target, self.layout.columns, import_job.file_name)
        place = placement(job.actor, import_job.unit_id)
        self.context = ImportContext(
            import_id=import_job.pk,
            actor=job.actor,
            source=import_job.source,
            currency=self.mapping.currency,
            options=self.mapping.options,
            levels=place.levels,
            unit_id=place.unit_id,
            sales_channel=import_job.sales_channel or place.sales_channel,
            now=clock.now(),
            on_likely=import_job.on_likely,
            began=import_job.created_at,
        )

    def run(self) -> None:
        """Work until the time is over or the import has ended."""
        self._begin()
        while not self.job.is_finished and self._pass():
            with self.job.step():
                self._close_pass()

    def _begin(self) -> None:
        if "phase" not in self.state:
            with self.job.step():
                self._open_pass(self.job.kwargs["phase"])
        stored = self.state.get("doubles")
        if stored is not None:
            self.doubles = {int(number): (bool(its[0]), int(its[1])) for number, its in stored.items()}
            return
        with closing(rows_of(self.opener, self.layout)) as rows:
            self.doubles = doubles.find_doubles(self.reader, rows)
        if len(self.doubles) <= KEPT_DOUBLES:
            with self.job.step() as state:
                state["doubles"] = {str(number): list(its) for number, its in self.doubles.items()}

    def _open_pass(self, phase: str) -> None:
        if phase == WRITE:
            locking.take(self.import_job)
        self.state.update(phase=phase, after=0, sums={}, extras={}, **dict.fromkeys(COUNTS, 0))
        ImportIssue.objects.filter(import_job=self.import_job).delete()
        self.job.done = 0
        self.job.set_total(self.layout.rows)
        self.job.say(f"import.{phase}ing" if phase == CHECK else "import.writing")
        self._save(stage=STAGES[phase], rows_total=self.layout.rows, finished_at=None, failure="", failure_params={})

    def _pass(self) -> bool:
        """Work through what is left of the present pass; tell whether its end was reached."""
        with closing(rows_of(self.opener, self.layout, after=self.state["after"])) as rows:
            for part in doubles.in_parts(rows, self.target.chunk_rows):
                if not self.job.time_left():
                    return False
                self._chunk(part)
        return True

    def _chunk(self, part: list[NumberedRow]) -> None:
        """Read and check some rows, then commit what becomes of them together with the progress."""
        reading = self.reader.read(part)
        chunk, repeated = self._without_doubles(reading)
        if self.target.matching is not None:
            self.context.answers = matching.answers_of(self.import_job, part[0][0], part[-1][0])
        outcome = self.target.check(chunk, self.context)
        issues = [*reading.issues, *(_numbered(issue, chunk) for issue in outcome.issues)]
        with self.job.step() as state:
            if state["phase"] == WRITE:
                locking.take(self.import_job)
                self.target.write(chunk, self.context, outcome)
            self._count(reading, chunk, repeated, outcome, issues)
            state["after"] = part[-1][0]
            self._store(issues)
            if self.target.matching is not None:
                span, written = (part[0][0], part[-1][0]), self.state["phase"] == WRITE
                matching.store(self.import_job, chunk, outcome, span=span, written_at=clock.now() if written else None)
            self.job.advance(len(part))
            self._save()

    def _without_doubles(self, reading: Reading) -> tuple[Chunk, Chunk]:
        """Return the rows that stand for themselves and the repeated ones; contradictions become issues."""
        chunk = reading.chunk
        met = {index: self.doubles[number] for index, number in enumerate(chunk.numbers) if number in self.doubles}
        if not met:
            return chunk, chunk.only([])
        for index, (contradicts, other) in met.items():
            if contradicts:
                reading.issues.append(RowIssue(chunk.numbers[index], "", "import.contradiction", {"other": other}))
        repeated = [index for index, (contradicts, _other) in met.items() if not contradicts]
        return chunk.without(set(met)), chunk.only(repeated)

    def _count(self, reading: Reading, chunk: Chunk, repeated: Chunk, outcome: Outcome, issues: list[RowIssue]) -> None:
        state = self.state
        state["rows_read"] += reading.rows
        state["created"] += outcome.created
        state["updated"] += outcome.updated
        state["unchanged"] += outcome.unchanged + len(repeated)
        state["refused"] += len({issue.index for issue in issues})
        extras = Counter(state["extras"]) + outcome.extras + Counter({"repeated": len(repeated)})
        state["extras"] = dict(extras + matching.counted(outcome))
        skipped = matching.skipped(outcome)
        # A row that is left out repeats a record, as a repeated row repeats another row.
        repeated = Chunk.joined(repeated, chunk.only(skipped))
        taken = chunk.without({issue.index for issue in outcome.issues} | set(skipped))
        state["sums"] = {
            key: _added(state["sums"].get(key), total, taken.columns[key], repeated.columns[key], self.mapping.currency)
            for key, total in reading.sums.items()
        }

    def _store(self, issues: list[RowIssue]) -> None:
        ImportIssue.objects.bulk_create(
            [
                ImportIssue(
                    import_job=self.import_job,
                    row_number=issue.index,
                    field=issue.field,
                    code=issue.code,
                    params=dict(issue.params),
                )
                for issue in issues
            ],
            batch_size=self.target.chunk_rows,
        )

    def _save(self, **more: Any) -> None:
        """Write the counts onto the import, in the open transaction."""
        counts = {name: self.state[name] for name in (*COUNTS, "sums", "extras")}
        ImportJob.objects.filter(pk=self.import_job.pk).update(**counts, **more)

    def _close_pass(self) -> None:
        if self.state["phase"] == WRITE:
            self._finish()
        elif not self.job.kwargs["writes"]:
            self._stop(Stage.CHECKED)
        elif self.state["refused"]:
            self._stop(Stage.REFUSED, Refused("import.all_or_nothing", refused=self.state["refused"]))
        else:
            self._open_pass(WRITE)

    def _stop(self, stage: str, reason: Refused | None = None) -> None:
        _end(self.import_job, stage, reason)
        self.job.finish(import_id=self.import_job.pk, **{name: self.state[name] for name in COUNTS})

    def _finish(self) -> None:
        """Close a written import: audit, announce, remember the mapping, free the source."""
        import_job, counts = self.import_job, {name: self.state[name] for name in COUNTS}
        detail = {
            "target": import_job.target,
            "source": import_job.source,
            "sha256": import_job.sha256,
            "unit_id": import_job.unit_id,
            **counts,
        }
        record(self.context.actor, Action.IMPORT, Subject("import", import_job.pk), detail=detail, now=clock.now())
        emit(
            ImportFinished(
                (import_job.pk,),
                target=import_job.target,
                created=counts["created"],
                updated=counts["updated"],
            )
        )
        remember(import_job, self.mapping, self.layout, clock.now())
        self._stop(Stage.DONE)


def _numbered(issue: RowIssue, chunk: Chunk) -> RowIssue:
    """Return a target's issue with the row number in the place of the index within the chunk."""
    return RowIssue(chunk.numbers[issue.index], issue.field, issue.code, issue.params)


def _added(
    before: dict[str, Any] | None, total: Sum, taken: list[Any], repeated: list[Any], currency: str
) -> dict[str, Any]:
    """Return a field's control sums after one more chunk: read, taken, repeated, refused in minor units."""
    old = before or {"read": 0, "taken": 0, "repeated": 0, "refused": 0, "unreadable": 0, "raw": "0"}
    taken_sum = sum(value for value in taken if value is not None)
    repeated_sum = sum(value for value in repeated if value is not None)
    return {
        "read": old["read"] + total.minor,
        "taken": old["taken"] + taken_sum,
        "repeated": old["repeated"] + repeated_sum,
        "refused": old["refused"] + total.minor - taken_sum - repeated_sum,
        "unreadable": old["unreadable"] + total.unreadable,
        "raw": str(Decimal(old["raw"]) + total.raw),
        "currency": currency,
    }
