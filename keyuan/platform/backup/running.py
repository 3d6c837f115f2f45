"""One backup from beginning to end: made once, sent to every destination, each copy proven (PLT-12)."""

import secrets
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import pyrage
import structlog
from django.db import DatabaseError

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import KeyuanError, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.backup import keys, ledger, postgresql, retention, workplace
from keyuan.platform.backup.config import Place, Plan
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.manifest import name_for
from keyuan.platform.backup.preparing import Prepared, Say, prepared
from keyuan.platform.backup.sending import Sent, send
from keyuan.platform.backup.verifying import Proof, keys_at_hand, verify
from keyuan.platform.models.backup_run import BackupCopy, BackupRun
from keyuan.platform.permissions import BACKUP_MANAGE

#: What may go wrong outside our own code: disk, network, another program, the database.
EXPECTED = (KeyuanError, OSError, sqlite3.Error, DatabaseError, subprocess.SubprocessError)
Run, Copy = BackupRun.State, BackupCopy.State
log = structlog.get_logger(__name__)


def back_up(*, actor: Actor, plan: Plan, say: Say = str) -> BackupRun:
    """Back the book up to every destination of ``plan`` and prove each copy; return the run with its copies.

    A destination that fails does not stop the others. Raises Refused ``backup.no_destination`` when there is none,
    ``backup.busy`` while another backup runs; anything else ends in the run's record and in a notice.
    """
    actor.require(BACKUP_MANAGE)
    if not plan.places:
        raise Refused("backup.no_destination")
    with workplace.alone():
        started, now = time.monotonic(), clock.wall()
        name = name_for(now, secrets.token_hex(3))
        run = ledger.begin(actor, name, "postgresql" if postgresql.is_used() else "sqlite", now)
        error: BaseException | None = None
        try:
            _run(run, plan, _both(run, say))
        except EXPECTED as failure:
            error = failure
            log.warning("backup.failed", name=name, error=ledger.worded(failure)[0])
        ledger.end(run, _state_of(run, error), time.monotonic() - started, clock.wall(), error)
    run.refresh_from_db()
    return run


def _both(run: BackupRun, say: Say) -> Say:
    def saying(stage: str) -> None:
        ledger.stage(run, stage)
        say(stage)

    return saying


def _run(run: BackupRun, plan: Plan, say: Say) -> None:
    with workplace.workplace(plan, run.name) as work, prepared(run.name, plan, work, say) as ready:
        workplace.keep_run_key(run.name, ready.identity)
        ledger.describe(run, ready, len(plan.places))
        arrived = [(place, copy, facts) for place in plan.places for copy, facts in _sent(run, place, ready, say)]
        # The sealed parts have arrived; proving needs their room.
        for part in work.iterdir():
            part.unlink()
        for place, copy, facts in arrived:
            _prove(copy, place, plan, work, ready.identity, say, facts)
        for place, _copy, _facts in arrived:
            _tidy(place, plan)


def _sent(run: BackupRun, place: Place, ready: Prepared, say: Say) -> list[tuple[BackupCopy, Sent]]:
    """Send to one destination; an empty list when it failed."""
    say(f"sending {place.name}")
    copy, started = ledger.copy_of(run, place, ready.head_digest), time.monotonic()
    try:
        facts = send(place, ready)
    except EXPECTED as error:
        log.warning("backup.copy_failed", name=run.name, place=place.name, error=ledger.worded(error)[0])
        ledger.failed(copy, Copy.FAILED, error)
        return []
    ledger.sent(copy, facts, time.monotonic() - started)
    return [(copy, facts)]


def _prove(
    copy: BackupCopy,
    place: Place,
    plan: Plan,
    work: Path,
    run_key: pyrage.x25519.Identity | None,
    say: Say,
    facts: Sent | None = None,
    recovery_file: Path | None = None,
) -> bool:
    say(f"proving {place.name}")
    proof, started, now = Proof(), time.monotonic(), clock.wall()
    folder = work / "restored"
    folder.mkdir(mode=0o700)
    try:
        verify(
            place,
            copy.run.name,
            plan=plan,
            work=folder,
            recovery=keys_at_hand(copy.run.name, run_key, recovery_file),
            run_key=run_key,
            proof=proof,
            head_digest=copy.head_digest,
            fresh=facts.files if facts else (),
            today=now.date(),
        )
    except EXPECTED as error:
        log.warning("backup.refuted", name=copy.run.name, place=place.name, error=ledger.worded(error)[0])
        # A destination that does not answer, or a full disk here, says nothing about what was sent.
        state = Copy.REFUTED if isinstance(error, Flawed) else copy.state
        ledger.failed(copy, state, error, proof)
        return False
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ledger.proven(copy, proof, time.monotonic() - started, clock.wall())
    return True


def _tidy(place: Place, plan: Plan) -> None:
    copies = BackupCopy.objects.filter(destination=place.name)
    proven = set(copies.filter(state=Copy.VERIFIED).values_list("run__name", flat=True))
    refuted = set(copies.filter(state=Copy.REFUTED).values_list("run__name", flat=True))
    signers = frozenset({keys.ensure_keys().signer.public})
    try:
        gone = retention.tidy(place, plan.keep, proven=proven, refuted=refuted, signers=signers)
    except EXPECTED as error:
        log.warning("backup.tidy_failed", place=place.name, error=ledger.worded(error)[0])
        return
    copies.filter(run__name__in=gone).update(state=Copy.REMOVED)


def _state_of(run: BackupRun, error: BaseException | None) -> str:
    verified = run.copies.filter(state=Copy.VERIFIED).count()
    if verified == run.places and run.places and error is None:
        return Run.DONE
    return Run.PARTIAL if verified else Run.FAILED


def verify_again(
    *,
    actor: Actor,
    plan: Plan,
    name: str = "",
    destination: str = "",
    say: Say = str,
    recovery_file: Path | None = None,
) -> list[BackupCopy]:
    """Prove copies again: of backup ``name`` (default: the newest), at one ``destination`` or at all.

    Raises NotFound when there is no such copy, Refused ``backup.busy`` and ``backup.recovery_needed``.
    """
    actor.require(BACKUP_MANAGE)
    with workplace.alone():
        runs = BackupRun.objects.filter(copies__state__in=(Copy.SENT, Copy.VERIFIED, Copy.REFUTED))
        run = (runs.filter(name=name) if name else runs).order_by("-started_at", "-id").first()
        if run is None:
            raise NotFound("backup.none")
        run_key = workplace.run_key(run.name)
        keys_at_hand(run.name, run_key, recovery_file)
        copies = run.copies.exclude(state__in=(Copy.REMOVED, Copy.FAILED)).select_related("run").order_by("id")
        chosen = [copy for copy in copies if destination in ("", copy.destination)]
        with workplace.workplace(plan, run.name) as work:
            for copy in chosen:
                _prove(copy, plan.place(copy.destination), plan, work, run_key, say, recovery_file=recovery_file)
        _settle(run)
    return chosen


def _settle(run: BackupRun) -> None:
    if run.state in (Run.DONE, Run.PARTIAL, Run.FAILED) and run.finished_at is not None:
        ledger.end(run, _state_of(run, None), run.seconds, run.finished_at)
