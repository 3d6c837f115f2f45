"""Keeping quality true between two nights: after every change of a record, in its own transaction (CUS-11)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from keyuan.customers.selectors.quality.rows import weights_in_force
from keyuan.customers.services.quality.writing import requalify

CHUNK = 1000


def requalify_after(customer_ids: list[int], now: datetime) -> None:
    """Judge ``customer_ids`` anew in the caller's transaction: one of the recompute functions (decision 6)."""
    weights, _version = weights_in_force()
    for start in range(0, len(customer_ids), CHUNK):
        requalify(customer_ids[start : start + CHUNK], weights, now)


def requalify_now(customer_ids: Iterable[int], now: datetime) -> None:
    """Judge customers in transactions of their own, a thousand at a time."""
    ids = sorted(set(customer_ids))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            requalify_after(ids[start : start + CHUNK], now)
