"""Cleansing tasks by rule: the worst records of each person first, no more open at once than they can do (CUS-11)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Q

from keyuan.customers.models import HAS, Cleansing, Customer, RecordQuality, Task
from keyuan.customers.rules.quality import Weights, mask_of
from keyuan.customers.services.agenda.closing import VANISHED, chunks, close_found
from keyuan.customers.services.quality.cleansing import KIND, write_tasks
from keyuan.kernel.actor import system_actor
from keyuan.platform.jobs import Progress

WRITE = 500


def make_nightly(job: Progress, state: dict[str, Any], weights: Weights, now: datetime) -> None:
    """Make tonight's tasks in chunks. Killed half-way it begins anew: what was made counts as open and is left out."""
    due_on = now.date() + timedelta(days=weights.task_due_days)
    for part in _parts(chosen(weights, now)):
        with job.step():
            made = write_tasks(system_actor("data quality"), dict(part), due_on, now)
            state["tasks"] = state.get("tasks", 0) + len(made)


def chosen(weights: Weights, now: datetime) -> list[tuple[int, int]]:
    """Return (customer, findings) of the tasks to make: each person's worst records, up to the cap."""
    wanted = mask_of(weights.task_findings)
    if not weights.task_cap or not wanted:
        return []
    rows = np.array(list(_candidates(weights)), dtype=np.int64).reshape(-1, 4)
    rows = rows[~np.isin(rows[:, 0], list(_resting(weights, now)))]
    rows = rows[np.lexsort((rows[:, 0], rows[:, 2], rows[:, 1]))]
    agents, starts = np.unique(rows[:, 1], return_index=True)
    rank = np.arange(len(rows)) - np.repeat(starts, np.diff([*starts, len(rows)]))
    busy = _open_by_agent()
    room = np.array([weights.task_cap - busy.get(agent, 0) for agent in agents.tolist()], dtype=np.int64)
    taken = rows[rank < np.repeat(room, np.diff([*starts, len(rows)]))]
    return [(int(row[0]), int(row[3]) & wanted) for row in taken]


def _candidates(weights: Weights) -> Iterator[tuple[int, int | None, int, int]]:
    """Yield customer, agent, score and findings of records that somebody serves, once each, index by index."""
    earlier = Q()
    for code in weights.task_findings:
        rows = RecordQuality.objects.filter(servicing_agent_id__isnull=False, **{HAS[code]: True}).exclude(earlier)
        columns = rows.order_by().values_list("pk", "servicing_agent_id", "score", "findings")
        yield from columns.iterator(chunk_size=10_000)
        earlier |= Q(**{HAS[code]: True})


def _resting(weights: Weights, now: datetime) -> set[int]:
    """Return the customers whose cleansing is open, or was closed by somebody a short while ago."""
    rows = Cleansing.objects.all()
    lately = Q(task__closed_at__gt=now - timedelta(days=weights.task_pause_days))
    opened = rows.filter(task__closed_at__isnull=True).values_list("pk", flat=True)
    return set(opened).union(rows.filter(lately).values_list("pk", flat=True))


def _open_by_agent() -> dict[int, int]:
    rows = Task.objects.filter(closed_at__isnull=True, kind=KIND, agent_id__isnull=False)
    return dict(rows.order_by().values_list("agent_id").annotate(tasks=Count("pk")))


def _parts(found: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    for start in range(0, len(found), WRITE):
        yield found[start : start + WRITE]


def close_strays(now: datetime) -> int:
    """Close open cleansing tasks of records that nobody judges any more, in the caller's transaction."""
    rows = Cleansing.objects.filter(task__closed_at__isnull=True).exclude(customer__status=Customer.Status.ACTIVE)
    return sum(close_found(some, VANISHED, now) for some in chunks(list(rows.values_list("task_id", flat=True))))
