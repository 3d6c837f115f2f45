"""Counting what was asked and answered: by day for the statistics, by customer for the lists (MKT-9)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q

from keyuan.contact.models import ContactBudget, Permit, PermitCount
from keyuan.contact.selectors.facts import PLACE
from keyuan.customers.models import CustomerSummary
from keyuan.platform import clock

#: How far back the lists of over-used customers look.
SPAN = timedelta(days=30)
CHUNK = 2000
COUNTED = ("unit_id", "purpose", "contact_channel", "reason")


def count_day(day: date) -> int:
    """Count the asks of a day anew; counting it twice gives the same rows. Returns how many rows there are."""
    rows = (
        Permit.objects.filter(asked_at__gte=clock.start_of(day), asked_at__lt=clock.end_of(day))
        .exclude(close_note="unasked")
        .values_list(*COUNTED)
        .annotate(asks=Count("pk"))
        .order_by()
    )
    counts = [
        PermitCount(day=day, unit_id=unit or 0, purpose=purpose, contact_channel=channel, reason=reason, count=asks)
        for unit, purpose, channel, reason, asks in list(rows)
    ]
    with transaction.atomic():
        PermitCount.objects.filter(day=day).delete()
        PermitCount.objects.bulk_create(counts, batch_size=CHUNK, ignore_conflicts=True)
    return len(counts)


def next_budgets(after: int) -> list[int]:
    """Return the next customers whose budgets are to be counted, by id."""
    rows = ContactBudget.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    return list(rows[:CHUNK])


def count_budgets(ids: Sequence[int], *, now: datetime) -> int:
    """Count the contacts of late of these customers, in the caller's transaction; returns how many rows changed."""
    live = Q(state__in=(Permit.State.USED, Permit.State.GRANTED, Permit.State.EXPIRED))
    rows = Permit.objects.filter(customer_id__in=ids, at__gt=now - SPAN).exclude(kind="SERVICE")
    found = {
        pk: (granted, refused, last)
        for pk, granted, refused, last in rows.values_list("customer_id").annotate(
            granted=Count("pk", filter=live), refused=Count("pk", filter=Q(state=Permit.State.REFUSED)), last=Max("at")
        )
    }
    places = {row.pop("pk"): row for row in CustomerSummary.objects.filter(pk__in=ids).values("pk", *PLACE)}
    changed = []
    for row in ContactBudget.objects.filter(pk__in=ids):
        granted, refused, last = found.get(row.pk, (0, 0, row.last_at))
        place = places.get(row.pk, {})
        if (row.granted, row.refused, row.last_at) == (granted, refused, last) and all(
            getattr(row, column) == value for column, value in place.items()
        ):
            continue
        row.granted, row.refused, row.last_at = granted, refused, last
        for column, value in place.items():
            setattr(row, column, value)
        changed.append(row)
    ContactBudget.objects.bulk_update(changed, ["granted", "refused", "last_at", *PLACE], batch_size=500)
    return len(changed)
