"""What the home pages show of customers: figures of one's own book, what changed, exceptions of a scope."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from keyuan.customers.models import Assignment, CustomerSummary, Interaction
from keyuan.customers.selectors.scope import summary_sources
from keyuan.customers.selectors.tasks import tasks_in_scope
from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.models import SignIn
from keyuan.organisation.selectors import in_scope
from keyuan.platform.models.audit_event import AuditEvent, ReadEvent
from keyuan.platform.models.tracked_job import TrackedJob

#: Counts are exact up to here (decision 24).
LIMIT = 1000
SOON_DAYS = 30
WEEK = 7
FEED = 6


@dataclass(frozen=True, slots=True)
class Figures:
    """The book of one service person; money in minor units of CNY."""

    customers: int
    policies: int
    premium: int
    due_soon: int
    due_amount: int
    in_grace: int


def own_figures(actor: Actor, *, today: date) -> Figures:
    """Return the figures of the customers whom the actor serves; one query over the agent's index."""
    if actor.scope.agent_id is None:
        return Figures(0, 0, 0, 0, 0, 0)
    soon = Q(next_due_on__gte=today, next_due_on__lte=today + timedelta(days=SOON_DAYS))
    totals = CustomerSummary.objects.filter(servicing_agent_id=actor.scope.agent_id).aggregate(
        customers=Count("pk"),
        policies=Sum("policies_in_force"),
        premium=Sum("annual_premium"),
        due_soon=Count("pk", filter=soon),
        due_amount=Sum("next_due_amount", filter=soon),
        in_grace=Count("pk", filter=Q(grace_until__gte=today)),
    )
    return Figures(**{name: value or 0 for name, value in totals.items()})


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What a manager looks at first; counts stop at `LIMIT` + 1."""

    orphans: int
    due_soon: int
    grace_tasks: int
    overdue: int


def exceptions_of(actor: Actor, *, now: datetime) -> Exceptions:
    """Return the exceptions in the actor's scope, each a count that stops early over its own index."""
    today = now.date()
    rows = summary_sources(actor, now=now)[0]
    tasks = tasks_in_scope(actor)
    return Exceptions(
        orphans=_capped(rows.filter(servicing_agent_id__isnull=True)),
        due_soon=_capped(rows.filter(next_due_on__gte=today, next_due_on__lte=today + timedelta(days=SOON_DAYS))),
        grace_tasks=_capped(tasks.filter(kind="GRACE")),
        overdue=_capped(tasks.filter(due_at__lt=now)),
    )


def _capped(rows: QuerySet[Any]) -> int:
    return len(rows.values_list("pk", flat=True)[: LIMIT + 1])


def entries_since(actor: Actor, since: datetime, *, limit: int = FEED) -> list[Interaction]:
    """Return what others did with the customers of the actor's own book since a moment, newest first."""
    if actor.scope.reach is not Reach.SELF:
        return []
    rows = Interaction.objects.filter(in_scope(actor), occurred_at__gte=since).exclude(staff_id=actor.id)
    return list(rows.select_related("customer").order_by("-occurred_at", "-pk")[:limit])


def received_since(actor: Actor, since: date, *, limit: int = FEED) -> list[Assignment]:
    """Return the customers given to the actor since a day, newest first."""
    if actor.scope.agent_id is None:
        return []
    # By the summary's own index: assignments have none by agent.
    mine = CustomerSummary.objects.filter(servicing_agent_id=actor.scope.agent_id).values("pk")
    rows = Assignment.objects.filter(customer_id__in=mine, valid_until__isnull=True, valid_from__gte=since)
    own = rows.exclude(assigned_by_id=actor.id).exclude(reason="ENTERED")
    return list(own.select_related("customer").order_by("-valid_from", "-pk")[:limit])


def previous_sign_in(actor: Actor) -> datetime | None:
    """Return when the actor signed in the time before this one; None at the first time."""
    moments = SignIn.objects.filter(user_id=actor.id or 0).order_by("-pk").values_list("started_at", flat=True)[:2]
    return moments[1] if len(moments) == 2 else None


def failed_jobs(now: datetime) -> int:
    """Return how many long jobs failed in the last seven days, up to `LIMIT` + 1."""
    since = now - timedelta(days=WEEK)
    return _capped(TrackedJob.objects.filter(status=TrackedJob.Status.FAILED, heartbeat_at__gte=since))


def reveals_since(since: datetime) -> int:
    """Return how many sealed values people looked at since a moment, up to `LIMIT` + 1."""
    return _capped(ReadEvent.objects.filter(action="reveal", at__gte=since))


def failed_sign_ins_since(since: datetime) -> int:
    """Return how many sign-ins failed since a moment, up to `LIMIT` + 1."""
    return _capped(AuditEvent.objects.filter(action="sign_in_failed", at__gte=since))
