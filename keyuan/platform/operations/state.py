"""The state of queue, events and audit trail, read from the database in a handful of indexed queries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min
from django_q.models import OrmQ

from keyuan.platform.audit.chains import CHAINS, Chain
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.models.job_run import FailedJob, JobRun, WorkerLease
from keyuan.platform.models.outbox_event import OutboxEvent
from keyuan.platform.models.tracked_job import TrackedJob

#: A worker command without a sign for so long is taken for dead; it gives one every five seconds.
ALIVE_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class State:
    """What waits, what runs, what failed; ages in seconds."""

    waiting: int = 0
    waiting_seconds: float = 0.0
    running: int = 0
    failed: int = 0
    workers: int = 0
    outbox: int = 0
    outbox_seconds: float = 0.0
    parked: int = 0
    unsealed_seconds: float = 0.0
    tracked: dict[tuple[str, str], int] = field(default_factory=dict)
    imports: dict[str, int] = field(default_factory=dict)


def read_state(now: datetime) -> State:
    """Return the state at ``now``, the true present."""
    due = OrmQ.objects.filter(lock__lte=now).aggregate(count=Count("pk"), oldest=Min("lock"))
    pending = OutboxEvent.objects.filter(status=OutboxEvent.Status.PENDING).aggregate(
        count=Count("pk"), oldest=Min("due_at")
    )
    live = TrackedJob.objects.filter(status__in=TrackedJob.OPEN).values_list("kind", "status")
    return State(
        waiting=due["count"],
        waiting_seconds=_age(due["oldest"], now),
        running=JobRun.objects.exclude(path="").count(),
        failed=FailedJob.objects.count(),
        workers=alive_workers(now),
        outbox=pending["count"],
        outbox_seconds=_age(pending["oldest"], now),
        parked=OutboxEvent.objects.filter(status=OutboxEvent.Status.PARKED).count(),
        unsealed_seconds=max(_unsealed(chain, now) for chain in CHAINS),
        tracked={(kind, status): count for kind, status, count in live.annotate(count=Count("pk"))},
        imports=dict(ImportJob.objects.values_list("stage").annotate(count=Count("pk"))),
    )


def alive_workers(now: datetime) -> int:
    """Return how many worker commands gave a sign lately."""
    return WorkerLease.objects.filter(seen_at__gte=now - ALIVE_FOR).count()


def _age(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _unsealed(chain: Chain, now: datetime) -> float:
    """Return how long the oldest event behind the chain's newest waits.

    Audit events bear the book's time, which may be fixed; the wait is then counted from the head's sealing.
    """
    seals = chain.seals._default_manager.using(chain.alias)
    head = seals.aggregate(event=Max("event_id"))["event"] or 0
    first = chain.events._default_manager.using(chain.alias).filter(pk__gt=head).order_by("pk").first()
    if first is None:
        return 0.0
    age = _age(first.at, now)
    return age if age < timedelta(days=1).total_seconds() else _age(_sealed_at(chain), now)


def _sealed_at(chain: Chain) -> datetime | None:
    head = chain.seals._default_manager.using(chain.alias).order_by("-sequence").first()
    return head.sealed_at if head else None
