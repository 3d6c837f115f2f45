"""Unusual access, noticed every ten minutes and told to compliance once a day for each rule and person (PLT-6)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from keyuan.kernel.actor import ActorKind
from keyuan.platform import clock
from keyuan.platform.audit.actions import Action
from keyuan.platform.audit.telling import tell_readers
from keyuan.platform.models.audit_event import AuditEvent, ReadEvent

#: More different customers than anybody serves in an hour.
MASS = 120
#: So many customers opened one after the other in the order of their numbers is a walk, not work.
WALK = 15
WINDOW = timedelta(hours=1)
#: Exports before and after these hours are looked at.
OFFICE_HOURS = range(7, 21)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that one person met: ``rule`` is worded as ``audit.anomaly.<rule>``."""

    rule: str
    actor_id: int
    actor_name: str
    count: int


def look(now: datetime | None = None) -> int:
    """Look at the last hour and tell compliance what is new; return how many findings were told (a job)."""
    at = now or clock.now()
    return sum(_tell(finding, at) for rule in (mass, walks, exports_at_night) for finding in rule(at))


def mass(now: datetime) -> Iterator[Finding]:
    """Yield who opened more than `MASS` different customers within the hour."""
    opened: Any = ReadEvent.objects.filter(
        action=Action.VIEW, at__gt=now - WINDOW, at__lte=now, actor_kind=ActorKind.STAFF
    )
    counted: Any = opened.values("actor_id", "actor_name").annotate(customers=Count("customer_id", distinct=True))
    for row in counted.filter(customers__gt=MASS).order_by("actor_id"):
        yield Finding("mass", row["actor_id"], row["actor_name"], row["customers"])


def walks(now: datetime) -> Iterator[Finding]:
    """Yield who opened at least `WALK` customers in the order of their numbers within the hour."""
    opened: Any = ReadEvent.objects.filter(
        action=Action.VIEW, at__gt=now - WINDOW, at__lte=now, actor_kind=ActorKind.STAFF
    )
    rows: Any = (
        opened.filter(customer_id__isnull=False)
        .order_by("at", "id")
        .values_list("actor_id", "actor_name", "customer_id")
    )
    seen: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for actor_id, name, customer_id in rows.iterator():
        seen[actor_id, name].append(customer_id)
    for (actor_id, name), customers in seen.items():
        length = longest_walk(customers)
        if length >= WALK:
            yield Finding("walk", actor_id, name, length)


def longest_walk(ids: list[int]) -> int:
    """Return the length of the longest run in which each id is the neighbour of the one before, in one direction."""
    best = length = 1 if ids else 0
    direction = 0
    for before, after in pairwise(ids):
        step = after - before
        if step == 0:
            continue
        length = length + 1 if step in (1, -1) and direction in (0, step) else (2 if step in (1, -1) else 1)
        direction = step if step in (1, -1) else 0
        best = max(best, length)
    return best


def exports_at_night(now: datetime) -> Iterator[Finding]:
    """Yield who exported outside office hours within the hour."""
    exports: Any = AuditEvent.objects.filter(action=Action.EXPORT, at__gt=now - WINDOW, at__lte=now)
    found: defaultdict[tuple[int, str], int] = defaultdict(int)
    for actor_id, name, at in exports.filter(actor_kind=ActorKind.STAFF).values_list("actor_id", "actor_name", "at"):
        if timezone.localtime(at).hour not in OFFICE_HOURS:
            found[actor_id, name] += 1
    for (actor_id, name), count in found.items():
        yield Finding("night_export", actor_id, name, count)


def _tell(finding: Finding, now: datetime) -> bool:
    day = timezone.localtime(now).date().isoformat()
    url = f"{reverse('platform:audit-list')}?actor={finding.actor_id}&on.from={day}&on.to={day}"
    params = {"name": finding.actor_name, "count": finding.count}
    return tell_readers(f"audit.anomaly.{finding.rule}", params, url, now, about=finding.actor_id)
