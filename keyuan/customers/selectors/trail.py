"""What happened to one customer's record and who looked at it; the caller has accessed the customer (PLT-6)."""

from heapq import merge
from itertools import islice

from keyuan.customers.models import Customer, Merge
from keyuan.platform.audit import Subject
from keyuan.platform.audit.reading import latest
from keyuan.platform.models.audit_event import AuditEvent, EventRecord, ReadEvent

SHOWN = 50
#: So many merged records are asked for theirs, too.
MOST_PARTS = 20


def _parts(customer: Customer) -> list[int]:
    """Return the record and those that were merged into it: their trail stays under their own ids (CUS-8)."""
    merged = Merge.objects.filter(survivor_id=customer.pk, status=Merge.Status.DONE)
    return [customer.pk, *merged.values_list("loser_id", flat=True)[:MOST_PARTS]]


def changes_of(customer: Customer) -> list[EventRecord]:
    """Return the latest changes of a customer and of what is theirs, newest first."""
    found = [
        latest(AuditEvent.objects.all(), ReadEvent.objects.none(), Subject("customer", pk), None, SHOWN)
        for pk in _parts(customer)
    ]
    return list(islice(merge(*found, key=lambda event: event.at, reverse=True), SHOWN))


def looks_at(customer: Customer) -> list[EventRecord]:
    """Return who looked at a customer last, newest first."""
    found = [
        latest(AuditEvent.objects.none(), ReadEvent.objects.all(), Subject("customer", pk), None, SHOWN)
        for pk in _parts(customer)
    ]
    return list(islice(merge(*found, key=lambda event: event.at, reverse=True), SHOWN))
