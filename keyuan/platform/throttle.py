"""Limits by rate: so many of something within a span, by account or address, counted for all processes together.

A count that guards a secret is written at once. Of busy pages each process reports every few calls, so that a limit
costs no write per click; it may then be passed by a few calls of each process.
"""

import threading
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from keyuan.kernel.rates import Limit
from keyuan.platform import clock
from keyuan.platform.models.rate_count import RateCount


@dataclass(slots=True)
class _Local:
    """What one process knows of a counter: the total as last read, and its own calls since."""

    ends_at: int
    total: int = 0
    pending: int = 0


_lock = threading.Lock()
_counters: dict[str, _Local] = {}
#: Counters kept in memory before old ones are dropped.
MOST_COUNTERS = 20_000


def hit(limit: Limit, whom: object, *, seconds: int | None = None) -> bool:
    """Count one call of ``whom``; tell whether it is still within the limit. ``seconds`` since 1970, by default now."""
    now = _present() if seconds is None else seconds
    key, ends_at = _key(limit, whom, now)
    with _lock:
        local = _local(key, ends_at, now)
        local.pending += 1
        report = local.pending if local.pending >= limit.batch else 0
        local.pending -= report
    if report:
        total = _add(key, ends_at, report)
        with _lock:
            local.total = max(local.total, total)
    return local.total + local.pending <= limit.most


def is_over(limit: Limit, whom: object, *, seconds: int | None = None) -> bool:
    """Tell whether ``whom`` has used up the limit, without counting."""
    now = _present() if seconds is None else seconds
    key, _ends_at = _key(limit, whom, now)
    count = RateCount.objects.filter(pk=key).values_list("count", flat=True).first()
    return (count or 0) >= limit.most


def seconds_left(limit: Limit, *, seconds: int | None = None) -> int:
    """Return after how many seconds the present span ends."""
    now = _present() if seconds is None else seconds
    return limit.seconds - now % limit.seconds


def tidy(*, seconds: int) -> int:
    """Delete the counters of spans that ended before ``seconds`` since 1970; return how many."""
    return RateCount.objects.filter(ends_at__lt=seconds).delete()[0]


def forget() -> None:
    """Empty this process's memory; tests that roll the database back need it."""
    with _lock:
        _counters.clear()


def _present() -> int:
    return int(clock.wall().timestamp())


def _key(limit: Limit, whom: object, now: int) -> tuple[str, int]:
    span = now // limit.seconds
    digest = salted_hmac("keyuan.throttle", f"{limit.name}:{whom}:{span}", algorithm="sha256").hexdigest()
    return digest, (span + 1) * limit.seconds


def _local(key: str, ends_at: int, now: int) -> _Local:
    found = _counters.get(key)
    if found is None:
        if len(_counters) >= MOST_COUNTERS:
            for old in [name for name, entry in _counters.items() if entry.ends_at <= now] or list(_counters):
                del _counters[old]
        found = _counters[key] = _Local(ends_at)
    return found


def _add(key: str, ends_at: int, count: int) -> int:
    with transaction.atomic():
        row, created = RateCount.objects.get_or_create(pk=key, defaults={"count": count, "ends_at": ends_at})
        if not created:
            RateCount.objects.filter(pk=key).update(count=F("count") + count)
            row.refresh_from_db(fields=["count"])
    return row.count
