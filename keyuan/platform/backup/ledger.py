"""Writing down what came of a backup, and telling those who answer for it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import OperationalError, transaction
from django.urls import reverse

from keyuan import __version__
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import KeyuanError
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.backup.config import Place
from keyuan.platform.backup.faults import reason
from keyuan.platform.events import once
from keyuan.platform.models.backup_run import BackupCopy, BackupRun
from keyuan.platform.notices import notify_staff
from keyuan.platform.permissions import BACKUP_MANAGE

if TYPE_CHECKING:
    # What speaks to destinations weighs 40 MB; pages and workers need the records only.
    from keyuan.platform.backup.preparing import Prepared
    from keyuan.platform.backup.sending import Sent
    from keyuan.platform.backup.verifying import Proof

Run, Copy = BackupRun.State, BackupCopy.State
SUBJECT = "backup"


P = ParamSpec("P")
R = TypeVar("R")
#: Writers that never pause may keep us from the embedded book for longer than its own patience.
TRIES, PAUSE = 5, 2.0


def patient(write: Callable[P, R]) -> Callable[P, R]:
    """Try a write again while the book is busy: an hour's work must not be lost for its record."""

    @wraps(write)
    def trying(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES - 1):
            try:
                return write(*args, **kwargs)
            except OperationalError:
                time.sleep(PAUSE)
        return write(*args, **kwargs)

    return trying


@patient
def begin(actor: Actor, name: str, database: str, now: datetime) -> BackupRun:
    """Open the record of a run. Those that a killed process left open are closed as interrupted."""
    with transaction.atomic():
        # Only one runs at a time, so whatever is still open belongs to nobody.
        BackupRun.objects.filter(state=Run.RUNNING).update(state=Run.INTERRUPTED, stage="", finished_at=now)
        BackupCopy.objects.filter(state=Copy.SENDING).update(state=Copy.FAILED, error="backup.interrupted")
        run = BackupRun.objects.create(
            name=name,
            database=database,
            version=__version__,
            started_at=now,
            actor_id=actor.id,
            actor_name=actor.name[:80],
        )
        record(actor, Action.JOB, Subject(SUBJECT, run.pk), detail={"backup": name}, now=now)
    return run


@patient
def stage(run: BackupRun, name: str) -> None:
    """Say what is being done now."""
    BackupRun.objects.filter(pk=run.pk).update(stage=name)


@patient
def describe(run: BackupRun, prepared: "Prepared", places: int) -> None:
    """Write down what is in the backup."""
    contents = prepared.contents
    run.tables, run.rows = contents.table_count, contents.rows
    run.plain_bytes = sum(packed.size for packed in contents.packed.values())
    run.stored_bytes = prepared.head.stored_bytes
    run.file_count, run.file_bytes, run.places = contents.file_count, contents.file_bytes, places
    run.save(update_fields=["tables", "rows", "plain_bytes", "stored_bytes", "file_count", "file_bytes", "places"])


@patient
def copy_of(run: BackupRun, place: Place, head_digest: str) -> BackupCopy:
    """Open the record of one copy."""
    copy, _made = BackupCopy.objects.update_or_create(
        run=run,
        destination=place.name,
        defaults={"kind": place.kind, "state": Copy.SENDING, "head_digest": head_digest},
    )
    return copy


@patient
def sent(copy: BackupCopy, facts: "Sent", seconds: float) -> None:
    """Write down that a copy has arrived."""
    copy.state, copy.sent_bytes, copy.send_seconds = Copy.SENT, facts.size, round(seconds, 2)
    copy.save(update_fields=["state", "sent_bytes", "send_seconds"])


@patient
def proven(copy: BackupCopy, proof: "Proof", seconds: float, now: datetime) -> None:
    """Write down that a copy was fetched back, restored and compared."""
    copy.state, copy.verified_at, copy.verify_seconds = Copy.VERIFIED, now, round(seconds, 2)
    copy.error, copy.error_params = "", {}
    _keep(copy, proof)


@patient
def failed(copy: BackupCopy, state: str, error: BaseException, proof: "Proof | None" = None) -> None:
    """Write down why a copy did not arrive (``failed``) or is not what was sent (``refuted``)."""
    copy.state = state
    copy.error, copy.error_params = worded(error)
    _keep(copy, proof)


def _keep(copy: BackupCopy, proof: "Proof | None") -> None:
    copy.checks, copy.opened_with = (proof.checks, proof.opened_with) if proof else ([], "")
    copy.save(
        update_fields=["state", "verified_at", "verify_seconds", "checks", "opened_with", "error", "error_params"]
    )


def worded(error: BaseException) -> tuple[str, dict[str, Any]]:
    """Return code and JSON params of an error."""
    if isinstance(error, KeyuanError):
        return error.code[:80], {key: str(value)[:200] for key, value in error.params.items()}
    return "backup.failed", {"why": reason(error)}


@patient
def end(run: BackupRun, state: str, seconds: float, now: datetime, error: BaseException | None = None) -> None:
    """Close the record of a run; a failure is told to those who answer for backups."""
    run.state, run.stage, run.finished_at, run.seconds = state, "", now, round(seconds, 2)
    if error is not None:
        run.error, run.error_params = worded(error)
    run.save(update_fields=["state", "stage", "finished_at", "seconds", "error", "error_params"])
    if state != Run.DONE:
        url = reverse("platform:backup-run", kwargs={"run_id": run.pk})
        tell(f"backup.{run.name}", "backup.notice_failed", {"name": run.name}, url, now)


def tell(key: str, code: str, params: Mapping[str, Any], url: str, now: datetime) -> None:
    """Give notice to those who answer for backups, once for each ``key``."""
    holders = people.holders_of(BACKUP_MANAGE)
    with transaction.atomic():
        if once(key):
            notify_staff(holders, "backup", code, dict(params), url=url, now=now)


def restored(actor: Actor, name: str, now: datetime) -> None:
    """Leave in the restored book's trail which backup it comes from; its own run can have no other end."""
    with transaction.atomic():
        run = BackupRun.objects.filter(name=name).first()
        if run is not None and run.state == Run.RUNNING:
            run.state, run.stage, run.finished_at = Run.DONE, "", now
            run.save(update_fields=["state", "stage", "finished_at"])
        record(actor, Action.JOB, Subject(SUBJECT, run.pk if run else 0), detail={"restored": name}, now=now)


def who(user_id: int) -> Actor:
    """Return who asked for a backup, for its record: the work itself is the system's."""
    return replace(system_actor(people.names_of([user_id]).get(user_id, str(user_id))), id=user_id)
