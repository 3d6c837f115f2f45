"""The audit trail: who did what, when, from where, before and after; append-only and chained (PLT-6, decision 18)."""

from keyuan.platform.audit.actions import Action
from keyuan.platform.audit.reading import (
    changes_visible_to,
    events_of_customer,
    events_of_subject,
    events_visible_to,
    reads_visible_to,
)
from keyuan.platform.audit.recording import Entry, OutsideTransaction, record, record_many, record_read
from keyuan.platform.subjects import Subject

__all__ = [
    "Action",
    "Entry",
    "OutsideTransaction",
    "Subject",
    "changes_visible_to",
    "events_of_customer",
    "events_of_subject",
    "events_visible_to",
    "reads_visible_to",
    "record",
    "record_many",
    "record_read",
]
