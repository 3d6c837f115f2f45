"""Keeping classification true between two nights: after every change of facts, and for those just entered (CUS-5)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from keyuan.customers.extensions import recomputes
from keyuan.customers.models import ClassChange, Task
from keyuan.customers.selectors.classification.columns import rules_in_force
from keyuan.customers.services.classification.writing import judge

CHUNK = 1000


def reclassify(customer_ids: list[int], now: datetime) -> None:
    """Judge ``customer_ids`` anew in the caller's transaction: the last of the recompute functions (decision 6)."""
    thresholds, _version = rules_in_force()
    for start in range(0, len(customer_ids), CHUNK):
        judge(customer_ids[start : start + CHUNK], thresholds, now.date(), ClassChange.Cause.FACT)


def reclassify_now(customer_ids: Iterable[int], now: datetime) -> None:
    """Judge customers in transactions of their own, a thousand at a time."""
    ids = sorted(set(customer_ids))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            reclassify(ids[start : start + CHUNK], now)


def complete_facts(customer_ids: Iterable[int], now: datetime) -> None:
    """Rebuild what contexts above know of customers, five hundred a transaction; classification comes last."""
    ids = sorted(set(customer_ids))
    for start in range(0, len(ids), CHUNK // 2):
        with transaction.atomic():
            for recompute in recomputes:
                recompute.run(ids[start : start + CHUNK // 2], now)


def reclassify_for_tasks(task_ids: Iterable[int], now: datetime) -> None:
    """Judge the customers of tasks: an appointment may have come or gone."""
    customers = Task.objects.filter(pk__in=list(task_ids)).values_list("customer_id", flat=True)
    reclassify_now(customers, now)
