"""Events on their way to their handlers, and what was handled already (decision 7)."""

from django.db import models


class OutboxEvent(models.Model):
    """One event for one handler, stored in the transaction of the change; deleted when handled."""

    class Status(models.TextChoices):
        """Waiting to be delivered, or parked after too many failures."""

        PENDING = "pending"
        PARKED = "parked"

    event = models.CharField(max_length=80)
    handler = models.CharField(max_length=160)
    payload = models.JSONField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["status", "due_at"], name="outbox_due")]


class HandledKey(models.Model):
    """A key that was dealt with, so that a second delivery does nothing; swept after a month."""

    key = models.CharField(max_length=200, primary_key=True)
    handled_at = models.DateTimeField(db_index=True)
