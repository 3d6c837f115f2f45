"""The scan for what is due: every minute, by the index of the next step, each step told once (SRV-2)."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from keyuan.platform.clocks.keeping import next_step
from keyuan.platform.clocks.kinds import Alert, clock_kinds
from keyuan.platform.clocks.timetables import timetables
from keyuan.platform.models.clock import Clock

CHUNK = 500


def scan(now: datetime, *, limit: int = CHUNK) -> int:
    """Move on the clocks whose next step has come, and tell those whose records they hang on; return how many.

    One transaction: killed, it did nothing; run twice, the second time finds nothing. What another scan has
    locked is left to it.
    """
    with transaction.atomic():
        due = Clock.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_at__lte=now)
        clocks = list(due.order_by("next_at", "pk")[:limit])
        tables, alerts = timetables(), defaultdict(list)
        for clock in clocks:
            # After a night without workers several steps are over at once: the last one counts.
            while clock.next_at is not None and clock.next_at <= now:
                clock.step += 1
                clock.next_at = next_step(clock, tables)
            if clock.due_at is not None:
                told = Alert(clock.pk, clock.subject_id, clock.key, clock.step, clock.due_at)
                alerts[clock.subject_kind].append(told)
        Clock.objects.bulk_update(clocks, ["step", "next_at"], batch_size=CHUNK)
        for kind, found in alerts.items():
            if kind in clock_kinds:
                clock_kinds[kind].announce(found, now)
    return len(clocks)
