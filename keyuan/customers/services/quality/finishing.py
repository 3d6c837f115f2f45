"""Closing cleansing tasks by themselves: done when nothing they were made for is left (CUS-11)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.customers.models import Cleansing, Task
from keyuan.customers.services.agenda.closing import CLEANSED, chunks, close_found


def finish_cleansed(standing: Mapping[int, int], now: datetime) -> int:
    """Close as done the cleansing tasks of customers none of whose findings stand; in the caller's transaction.

    ``standing`` gives the findings of each customer now. Returns how many were closed; closed ones stay as they are.
    """
    if not standing:
        return 0
    rows = Cleansing.objects.filter(customer_id__in=list(standing), task__closed_at__isnull=True)
    done = [
        task_id
        for customer_id, task_id, findings in rows.values_list("customer_id", "task_id", "findings")
        if not findings & standing[customer_id]
    ]
    return sum(close_found(some, CLEANSED, now, status=Task.Status.DONE) for some in chunks(done))
