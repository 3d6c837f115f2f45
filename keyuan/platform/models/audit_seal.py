"""The chain over the audit events: one link per event, appended by the sealer alone (decision 18)."""

from django.db import models


class SealRecord(models.Model):
    """One link: the keyed hash over the previous link and the event. Append-only by trigger."""

    sequence = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        abstract = True


class AuditSeal(SealRecord):
    """A link over an `AuditEvent`."""


class ReadSeal(SealRecord):
    """A link over a `ReadEvent`."""
