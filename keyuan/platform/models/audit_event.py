"""What happened, append-only: changes beside the data they changed, looks in a file of their own (decision 18)."""

import json
from typing import Any

from django.db import models


class EventRecord(models.Model):
    """One audited act. Database triggers forbid changing or deleting a row; ``mac`` is its keyed digest.

    ``changes`` and ``detail`` are JSON texts, not JSON columns: a database that rewrites JSON would break digests.
    Personal values stand in them as keyed digests only.
    """

    uid = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=20)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    staff_no = models.CharField(max_length=40, blank=True)
    post_id = models.BigIntegerField(null=True)
    post_label = models.CharField(max_length=120, blank=True)
    unit_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    changes = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    mac = models.BinaryField(max_length=32)

    class Meta:
        abstract = True

    @property
    def changed(self) -> dict[str, list[Any]]:
        """What changed: field → [before, after]."""
        return json.loads(self.changes) if self.changes else {}

    @property
    def facts(self) -> dict[str, Any]:
        """Further facts of the act."""
        return json.loads(self.detail) if self.detail else {}


def _indexes(prefix: str) -> list[models.Index]:
    """Return the indexes that the audit pages, the panels and the reveal quota read by."""
    of_customer = models.Q(customer_id__isnull=False)
    return [
        models.Index(fields=["customer_id", "at"], name=f"{prefix}_customer", condition=of_customer),
        models.Index(fields=["subject_kind", "subject_id", "at"], name=f"{prefix}_subject"),
        models.Index(fields=["actor_id", "at"], name=f"{prefix}_actor"),
        models.Index(fields=["action", "at"], name=f"{prefix}_action"),
        models.Index(fields=["unit_id", "at"], name=f"{prefix}_unit"),
    ]


class AuditEvent(EventRecord):
    """An act that changed something; committed with the change."""

    class Meta:
        indexes = _indexes("audit")


class ReadEvent(EventRecord):
    """A look: a 360° page, a revealed value, a search. On SQLite in a second database file."""

    class Meta:
        indexes = _indexes("read")
