"""Calls that came in, by day and interval, counted from the last copy of the book (ANA-14)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from keyuan.customers.selectors.scope import scope_terms
from keyuan.kernel.actor import Actor
from keyuan.platform.mart import connect, latest

#: The past that is learned from.
DAYS = 400
HOUR = 60


def calls_of_book(actor: Actor, minutes: int, now: datetime) -> list[tuple[str, str, int]]:
    """Return day, interval (HH:MM) and number of calls in from customers in reach, the day of ``now`` left out.

    Intervals last ``minutes``, a part of an hour. Every interval of the day stands on the first day, so that quiet ones
    are known as such. Empty where nothing was counted.
    """
    snapshot, terms = latest(), scope_terms(actor)
    if snapshot is None or terms is None:
        return []
    where = "".join(f' AND customers."{column}" = ?' for column, _value in terms)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    # Columns are ours; values are parameters.
    statement = (
        "SELECT time_bucket(INTERVAL 5 MINUTE, occurred_at), count(*) FROM interactions"  # noqa: S608 - as said
        " JOIN customers USING (customer_id)"
        " WHERE interactions.kind = 'CALL' AND direction = 'IN' AND occurred_at >= ? AND occurred_at < ?"
        f"{where} GROUP BY ALL"
    )
    values = [today - timedelta(days=DAYS), today, *(value for _column, value in terms)]
    with connect(snapshot) as mart:
        rows = mart.execute(statement, values).fetchall()
    return _slotted(rows, minutes)


def _slotted(rows: list[tuple[Any, int]], minutes: int) -> list[tuple[str, str, int]]:
    found: Counter[tuple[str, str]] = Counter()
    for moment, count in rows:
        local = timezone.localtime(moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC))
        begin = local.hour * HOUR + local.minute // minutes * minutes
        found[(local.date().isoformat(), _label(begin))] += count
    if not found:
        return []
    first = min(found)[0]
    for begin in range(0, 24 * HOUR, minutes):
        found[(first, _label(begin))] += 0
    return sorted((day, interval, count) for (day, interval), count in found.items())


def _label(minute: int) -> str:
    return f"{minute // HOUR:02}:{minute % HOUR:02}"
