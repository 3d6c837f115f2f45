"""One customer's timeline: newest first, narrowed by kind and words, page by page (CUS-12)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from keyuan.customers.models import Customer, Interaction

PAGE = 20
#: Longest text that is looked for.
LONGEST = 40


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Entries and, when there are more, where the next page begins."""

    entries: list[Interaction]
    next_at: datetime | None = None
    next_id: int = 0


def timeline_of(
    customer: Customer,
    *,
    kinds: tuple[str, ...] = (),
    text: str = "",
    before: tuple[datetime, int] | None = None,
    until: datetime | None = None,
    limit: int = PAGE,
) -> TimelinePage:
    """Return the entries before (moment, id), or up to ``until``; ``kinds`` and ``text`` narrow them.

    The index on (customer, moment, id) serves every page; words are looked for in this customer's entries only.
    """
    rows = Interaction.objects.filter(customer=customer)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    for word in text[:LONGEST].split():
        rows = rows.filter(Q(summary__icontains=word) | Q(detail__icontains=word) | Q(staff_name__icontains=word))
    if until is not None:
        rows = rows.filter(occurred_at__lt=until)
    if before is not None:
        at, pk = before
        rows = rows.filter(occurred_at__lte=at).exclude(occurred_at=at, pk__gte=pk)
    found = list(rows.order_by("-occurred_at", "-pk")[: limit + 1])
    entries = found[:limit]
    if len(found) <= limit:
        return TimelinePage(entries)
    return TimelinePage(entries, entries[-1].occurred_at, entries[-1].pk)


def months_of(customer: Customer) -> list[tuple[date, int]]:
    """Return the months with entries, newest first, and how many each has."""
    rows = Interaction.objects.filter(customer=customer).annotate(month=TruncMonth("occurred_at"))
    counted = rows.values("month").annotate(entries=Count("pk")).order_by("-month")
    return [(row["month"].date(), row["entries"]) for row in counted]
