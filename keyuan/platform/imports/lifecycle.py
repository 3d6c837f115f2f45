"""What people do with an import: send the file, map it, check it, write it, stop it (PLT-9)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.platform.files import vault
from keyuan.platform.files.content import safe_name
from keyuan.platform.imports import locking
from keyuan.platform.imports.events import ImportEnded
from keyuan.platform.imports.layouts import Layout, examine
from keyuan.platform.imports.mappings import FileMapping, problems
from keyuan.platform.imports.reading import FileReader
from keyuan.platform.imports.running import CHECK, KIND, WRITE
from keyuan.platform.imports.selectors import access_own_import, mapping_of, placement, target_of
from keyuan.platform.imports.storage import Metered, StoredFile, opener_for, opener_of
from keyuan.platform.jobs import cancel_job, pause_job, resume_job, retry_job, start_tracked
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.models.tracked_job import TrackedJob
from keyuan.platform.permissions import IMPORT_RUN

Stage, Mode, Status = ImportJob.Stage, ImportJob.Mode, TrackedJob.Status
#: Stages in which nothing runs, so that the mapping may change.
RESTING = (Stage.DRAFT, Stage.CHECKED, Stage.DONE, Stage.REFUSED, Stage.CANCELLED)
KEPT = timedelta(days=14)


def receive_file(*, actor: Actor, name: str, blocks: Iterable[bytes], now: datetime) -> ImportJob:
    """Keep a file encrypted and find out what it is; see `accept_file`.

    Raises Refused file.disk_full and import.file_large, too; then nothing is kept.
    """
    actor.require(IMPORT_RUN)
    meter = Metered(blocks)
    storage_name, key = vault.write(meter)
    stored = StoredFile(storage_name, key, meter.size, meter.sha256)
    return accept_file(actor=actor, name=name, stored=stored, now=now)


def accept_file(*, actor: Actor, name: str, stored: StoredFile, now: datetime) -> ImportJob:
    """Find out what a file in the vault is, and make an import of it.

    Raises Refused for everything that `examine` refuses; then the file is removed.
    """
    try:
        actor.require(IMPORT_RUN)
        layout = examine(opener_of(stored.storage_name, stored.key))
        return adopt_file(actor=actor, name=name, stored=stored, layout=layout, now=now)
    except BaseException:
        vault.remove(stored.storage_name)
        raise


def adopt_file(
    *, actor: Actor, name: str, stored: StoredFile, layout: Layout, now: datetime, kept: timedelta = KEPT
) -> ImportJob:
    """Make an import of a file in the vault whose layout is known; it is removed when ``kept`` is over."""
    actor.require(IMPORT_RUN)
    with transaction.atomic():
        import_job = ImportJob.objects.create(
            file_name=safe_name(name),
            size=stored.size,
            sha256=stored.sha256,
            storage_name=stored.storage_name,
            wrapped_key=stored.key,
            layout=layout.to_json(),
            rows_total=layout.rows,
            actor_id=actor.id,
            actor_name=actor.name[:80],
            post_id=actor.post_id,
            created_at=now,
            expires_at=now + kept,
        )
        detail = {"size": stored.size, "sha256": stored.sha256, "rows": layout.rows}
        record(actor, Action.IMPORT, Subject("import", import_job.pk), reason="upload", detail=detail, now=now)
    return import_job


def change_layout(*, actor: Actor, import_id: int, sheet: str, has_header: bool) -> ImportJob:
    """Read the file with another sheet, or with its first row as data; the mapping begins anew."""
    actor.require(IMPORT_RUN)
    import_job = access_own_import(actor, import_id)
    layout = examine(opener_for(import_job), sheet=sheet, has_header=has_header)
    with transaction.atomic():
        import_job = _resting(actor, import_id)
        import_job.layout, import_job.rows_total, import_job.mapping = layout.to_json(), layout.rows, {}
        import_job.stage = Stage.DRAFT
        import_job.save(update_fields=["layout", "rows_total", "mapping", "stage"])
        # Another sheet has other rows under the same numbers.
        import_job.matches.all().delete()
    return import_job


def configure(
    *,
    actor: Actor,
    import_id: int,
    mapping: FileMapping,
    unit: int | str | None,
    sales_channel: str = "",
    mode: str = Mode.KEEP_GOOD,
    on_likely: str = "",
) -> ImportJob:
    """Say how the file is read and where its rows belong; ``on_likely`` what happens to rows that look like a record
    the book has (empty: as it was).

    Raises `Invalid` with a refusal per wrong field of the mapping, Refused import.unit and import.likely_decision.
    """
    actor.require(IMPORT_RUN)
    if on_likely and on_likely not in ImportJob.OnLikely.values:
        raise Refused("import.likely_decision", field="on_likely")
    place = placement(actor, unit)
    with transaction.atomic():
        import_job = _resting(actor, import_id)
        import_job.target = mapping.target
        target = target_of(import_job)
        actor.require(target.permission)
        layout = Layout.from_json(import_job.layout)
        wrong = problems(mapping, target, layout.columns)
        if wrong:
            raise Invalid(wrong)
        FileReader(mapping, target, layout.columns, import_job.file_name)
        import_job.source, import_job.mapping = mapping.source, mapping.to_json()
        import_job.mapping_name, import_job.mode = mapping.name, mode
        import_job.on_likely = on_likely or import_job.on_likely
        import_job.unit_id, import_job.unit_label = place.unit_id, place.label[:80]
        import_job.sales_channel, import_job.stage = sales_channel, Stage.DRAFT
        import_job.version = F("version") + 1
        import_job.save()
    return access_own_import(actor, import_id)


def start_check(*, actor: Actor, import_id: int) -> ImportJob:
    """Begin a dry run: everything is read and checked, nothing is written."""
    return _start(actor, import_id, CHECK, writes=False)


def start_import(*, actor: Actor, import_id: int) -> ImportJob:
    """Begin to write. All-or-nothing checks the whole file first and writes only when no row is refused.

    Raises Refused import.busy while another import of the same source is being written.
    """
    with transaction.atomic():
        import_job = access_own_import(actor, import_id, lock=True)
        phase = CHECK if import_job.mode == Mode.ALL_OR_NOTHING else WRITE
        return _start(actor, import_id, phase, writes=True)


def _start(actor: Actor, import_id: int, phase: str, *, writes: bool) -> ImportJob:
    actor.require(IMPORT_RUN)
    with transaction.atomic():
        import_job = _resting(actor, import_id)
        actor.require(target_of(import_job).permission)
        mapping_of(import_job)
        placement(actor, import_job.unit_id)
        if not import_job.storage_name:
            raise Refused("import.expired")
        if writes:
            locking.take(import_job)
        job = start_tracked(
            actor,
            KIND,
            params={"file": import_job.file_name},
            total=import_job.rows_total,
            import_id=import_job.pk,
            phase=phase,
            writes=writes,
        )
        import_job.job = job
        import_job.stage = Stage.CHECKING if phase == CHECK else Stage.WRITING
        import_job.save(update_fields=["job", "stage", "lock_key"])
    return import_job


def _resting(actor: Actor, import_id: int) -> ImportJob:
    """Return the import locked for a change. Raises Conflict while its work is under way."""
    import_job = access_own_import(actor, import_id, lock=True)
    if import_job.stage not in RESTING and not _is_ended(import_job):
        raise Conflict("import.under_way")
    return import_job


def _is_ended(import_job: ImportJob) -> bool:
    job = import_job.job
    return job is None or job.status in TrackedJob.ENDED


def pause_import(*, actor: Actor, import_id: int) -> None:
    """Stop after the present chunk. Raises Conflict when nothing runs."""
    pause_job(actor=actor, job_id=_job_of(actor, import_id))


def resume_import(*, actor: Actor, import_id: int) -> None:
    """Go on from the last committed chunk after a pause or a failure. Raises Conflict when there is nothing to do."""
    job_id = _job_of(actor, import_id)
    failed = TrackedJob.objects.filter(pk=job_id, status=Status.FAILED).exists()
    (retry_job if failed else resume_job)(actor=actor, job_id=job_id)


def cancel_import(*, actor: Actor, import_id: int) -> None:
    """End the import after the present chunk; rows written so far stand and the same file may be run again.

    Raises Refused import.half_written for all-or-nothing once writing has begun: it can be paused, not left half done.
    """
    with transaction.atomic():
        import_job = access_own_import(actor, import_id, lock=True)
        if import_job.stage == Stage.WRITING and import_job.mode == Mode.ALL_OR_NOTHING and import_job.rows_read:
            raise Refused("import.half_written")
        cancel_job(actor=actor, job_id=_job_of(actor, import_id))
        locking.release(import_job)
        import_job.stage = Stage.CANCELLED
        import_job.save(update_fields=["stage"])
        emit(ImportEnded((import_job.pk,), stage=Stage.CANCELLED))


def _job_of(actor: Actor, import_id: int) -> int:
    job_id = access_own_import(actor, import_id).job_id
    if job_id is None:
        raise Conflict("import.not_under_way")
    return job_id


def forget_files(*, now: datetime) -> int:
    """Remove the files of imports whose time is over; counts and reasons stay. Return how many went."""
    due = ImportJob.objects.filter(expires_at__lt=now).exclude(storage_name="")
    gone = 0
    for import_job in due.filter(lock_key=None).order_by("expires_at")[:500]:
        vault.remove(import_job.storage_name)
        changes: dict[str, Any] = {"storage_name": "", "wrapped_key": None}
        ImportJob.objects.filter(pk=import_job.pk).update(**changes)
        gone += 1
    return gone
