"""What happened to one customer's record and who looked at it; the caller has accessed the customer (PLT-6)."""

from keyuan.customers.models import Customer
from keyuan.platform.audit import Subject
from keyuan.platform.audit.reading import latest
from keyuan.platform.models.audit_event import AuditEvent, EventRecord, ReadEvent

SHOWN = 50


def changes_of(customer: Customer) -> list[EventRecord]:
    """Return the latest changes of a customer and of what is theirs, newest first."""
    subject = Subject("customer", customer.pk)
    return latest(AuditEvent.objects.all(), ReadEvent.objects.none(), subject, None, SHOWN)


def looks_at(customer: Customer) -> list[EventRecord]:
    """Return who looked at a customer last, newest first."""
    subject = Subject("customer", customer.pk)
    return latest(AuditEvent.objects.none(), ReadEvent.objects.all(), subject, None, SHOWN)
