"""The retention run: what is over is counted first, and taken out only where a term was switched on (domain.md E.6)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import RetentionRule, RetentionRun
from keyuan.contact.rules.privacy.retention import LONGEST, before_which
from keyuan.contact.selectors.privacy.retention import Term, terms_in_force
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import TrackedJob, start_tracked
from keyuan.platform.privacy import record_types

#: Records of one transaction, and of one run at most.
CHUNK, MOST = 200, 20_000
RUNNER = system_actor("retention")
#: The kind of the job that walks a run through.
RUN = "contact.retention"


def change_term(
    *, actor: Actor, key: str, months: int, is_active: bool, reason: str, version: int, now: datetime
) -> RetentionRule:
    """Change the term of a record type, or let the nightly run take out what is over.

    Raises Refused below the law's least term, for an impossible one, without a reason, or when switched on before any
    dry run was made; Conflict when somebody was faster.
    """
    actor.require(permissions.RETENTION)
    kind = record_types.get(key)
    if kind is None:
        raise NotFound("retention.not_found")
    if not kind.least <= months <= LONGEST:
        raise Refused("retention.months", field="months", least=kind.least, most=LONGEST)
    if not reason.strip():
        raise Refused("privacy.reason", field="reason")
    if is_active and not RetentionRun.objects.filter(is_dry=True, finished_at__isnull=False).exists():
        raise Refused("retention.dry_first", field="is_active")
    with transaction.atomic():
        row = RetentionRule.objects.select_for_update().filter(key=key).first()
        if (row.version if row else 0) != version:
            raise Conflict("retention.moved_on")
        before = {"months": row.months if row else kind.months, "is_active": bool(row and row.is_active)}
        row = row or RetentionRule(key=key, version=0)
        row.months, row.is_active, row.reason = months, is_active, reason.strip()[:200]
        row.changed_at, row.changed_by, row.version = now, actor.name[:80], row.version + 1
        row.save()
        after = {"months": months, "is_active": is_active}
        subject = Subject("retention_rule", row.pk)
        record(actor, Action.UPDATE, subject, before=before, after=after, reason=reason, now=now)
    return row


def begin_run(*, actor: Actor, is_dry: bool, now: datetime) -> RetentionRun:
    """Begin a run; the caller's job walks it through."""
    actor.require(permissions.RETENTION)
    with transaction.atomic():
        run = RetentionRun.objects.create(is_dry=is_dry, started_at=now, staff_name=actor.name[:80])
        record(actor, Action.JOB, Subject("retention_run", run.pk), after={"dry": is_dry}, now=now)
    return run


def start_run(*, actor: Actor, is_dry: bool, now: datetime) -> TrackedJob:
    """Start a run that people can watch."""
    with transaction.atomic():
        run = begin_run(actor=actor, is_dry=is_dry, now=now)
        return start_tracked(actor, RUN, run_id=run.pk)


def steps_of() -> list[str]:
    """Return the record types that a run looks at, in order."""
    return [term.key for term in terms_in_force() if term.type.over is not None]


def run_step(run_id: int, key: str, after: int, today: date, now: datetime) -> tuple[int, bool]:
    """Look at one chunk of a record type, in the caller's transaction; return the last id seen and whether more wait.

    A dry run only counts; a real one takes out what is over where the term is switched on, and counts what a legal hold
    or another term still keeps.
    """
    run = RetentionRun.objects.select_for_update().get(pk=run_id)
    term = next(term for term in terms_in_force() if term.key == key)
    counts: dict[str, Any] = run.report.get(key) or {"over": 0, "gone": 0, "active": term.is_active}
    ids = term.type.over(before_which(today, term.months), after, CHUNK) if term.type.over else []
    counts["over"] += len(ids)
    if ids and not run.is_dry and term.is_active:
        counts["gone"] += _purged(term, ids, now)
    run.report[key] = counts
    run.save(update_fields=["report"])
    more = len(ids) == CHUNK and counts["over"] < MOST
    return (ids[-1] if ids else after), more


def _purged(term: Term, ids: list[int], now: datetime) -> int:
    return term.type.purge(ids, now) if term.type.purge is not None else 0


def end_run(run_id: int, now: datetime) -> None:
    """Close a run."""
    RetentionRun.objects.filter(pk=run_id, finished_at__isnull=True).update(finished_at=now)
