"""The night of the service standard: rating the book in chunks, and ending exceptions whose time is over (CUS-14)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.customers.models import ServiceException, ServiceStandard
from keyuan.customers.rules.standards import Standard, from_json
from keyuan.customers.selectors.standards import standard_row
from keyuan.customers.services.standards import rating
from keyuan.customers.services.standards.defaults import seed_standard
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.platform.locks import hold

RATE_JOB = "customers.rate_tiers"
PREVIEW_JOB = "customers.preview_standard"
LOCK = "service-standard"


def start_rating(*, actor: Actor, on: date, now: datetime) -> TrackedJob:
    """Start rating the book by the edition in force on ``on``."""
    seed_standard(on, now)
    with transaction.atomic():
        return start_tracked(actor, RATE_JOB, on=on.isoformat())


def rate_book(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Rate the next customers; the counts of steps by reason are the job's result."""
    on = date.fromisoformat(job.kwargs["on"])
    row = standard_row(on)
    if row is None:
        job.finish()
        return
    edition = rating.Edition(row.number, from_json(row.content))

    def work(ids: list[int]) -> dict[str, int]:
        hold(LOCK)
        return rating.rate_chunk(edition, ids, on, now)

    if _walk(job, state, edition.standard, work):
        with job.step():
            expire_exceptions(on)
            steps = state.get("counts", {})
            if steps:
                subject, detail = Subject("service_standard", row.pk), {"night": on.isoformat(), **steps}
                record(system_actor("tiers"), Action.UPDATE, subject, detail=detail, now=now)
            job.finish(steps=steps)


def _walk(
    job: Progress, state: dict[str, Any], standard: Standard, work: Callable[[list[int]], dict[str, int]]
) -> bool:
    """Give ``work`` all candidates chunk by chunk; False while there are more for another run."""
    last = state.setdefault("last", rating.last_customer())
    while state.get("after", 0) < last:
        after = state.get("after", 0)
        ids = rating.candidates(standard, after, after + rating.WINDOW)
        for start in range(0, max(len(ids), 1), rating.CHUNK):
            if not job.time_left():
                return False
            some = ids[start : start + rating.CHUNK]
            is_end = start + rating.CHUNK >= len(ids)
            with job.step():
                counts = work(some) if some else {}
                totals = state.setdefault("counts", {})
                for name, count in counts.items():
                    totals[name] = totals.get(name, 0) + count
                state["after"] = after + rating.WINDOW if is_end else some[-1]
                job.advance(len(some))
    return True


def preview_edition(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Count what a draft would move between tiers if it were in force today; nothing is written but the counts."""
    row = ServiceStandard.objects.get(number=job.kwargs["number"])
    standard = from_json(row.content)
    on = now.date()

    def work(ids: list[int]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for _pk, before, rated, _verdict in rating.verdicts(standard, ids, on):
            name = f"{before.tier}>{rated.tier}"
            counts[name] = counts.get(name, 0) + 1
        return counts

    if _walk(job, state, standard, work):
        with job.step():
            ServiceStandard.objects.filter(pk=row.pk).update(
                preview={"version": job.kwargs["version"], "on": on.isoformat(), "moves": state.get("counts", {})}
            )
            job.finish()


def start_preview(*, actor: Actor, row: ServiceStandard) -> TrackedJob:
    """Start counting what a draft would move, in the caller's transaction."""
    if row.status != ServiceStandard.Status.DRAFT:
        raise Refused("standard.issued")
    return start_tracked(actor, PREVIEW_JOB, number=row.number, version=row.version)


def expire_exceptions(on: date) -> int:
    """End approved exceptions whose last day has passed, in the caller's transaction; return how many."""
    rows = ServiceException.objects.filter(status=ServiceException.Status.APPROVED, valid_until__lt=on)
    return rows.update(status=ServiceException.Status.EXPIRED)
