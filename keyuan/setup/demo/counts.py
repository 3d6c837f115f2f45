"""Counts and moves of classification on the days it ran: the history of the board (CUS-5)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.setup.demo.class_rows import POINTS, Tally
from keyuan.setup.demo.days import date_of
from keyuan.setup.demo.plan import Book

CHUNK = 5000


def keep_counts(book: Book, tally: Tally, now: datetime) -> None:
    """Write the counts, the moves and the runs of the days on which the demo book was classified."""
    counts = apps.get_model("customers.ClassCount")
    flows = apps.get_model("customers.ClassFlow")
    _put(
        counts,
        (
            counts(day=date_of(day), branch_id=branch, sales_channel=channel, axis=axis, value=value, customers=number)
            for (day, branch, channel, axis, value), number in tally.counts.items()
        ),
    )
    _put(
        flows,
        (
            flows(day=date_of(day), branch_id=branch, sales_channel=channel, axis=axis, old=old, new=new, moves=number)
            for (day, branch, channel, axis, old, new), number in tally.flows.items()
        ),
    )
    _put_runs(book, _moves_by_day(tally), now)


def _moves_by_day(tally: Tally) -> Counter[int]:
    moves: Counter[int] = Counter()
    for (day, branch, *_rest), number in tally.flows.items():
        moves[day] += number if branch == 0 else 0
    return moves


def _put_runs(book: Book, moves: Counter[int], now: datetime) -> None:
    runs = apps.get_model("customers.ClassRun")
    _put(
        runs,
        (
            runs(
                day=date_of(book.today - back),
                read=book.customers,
                moved=moves[book.today - back],
                finished_at=now - timedelta(days=back),
            )
            for back in POINTS
        ),
    )


def _put(model: Any, rows: Iterable[Any]) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, CHUNK)):
        with transaction.atomic():
            model._default_manager.bulk_create(some)
