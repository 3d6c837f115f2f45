"""A clock on a record, and its ledger (SRV-2, decision 10)."""

from typing import Any

from django.db import models
from django.db.models import Q


class Clock(models.Model):
    """One term of one record. Everything below ``started_at`` follows from the ledger and can be worked out anew.

    ``step`` is how far people were told: 1 warned, 2 over, 3 and more the rungs above; ``next_at`` is when the
    next step comes, None when nothing is to come.
    """

    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=20)
    hours_key = models.CharField(max_length=20)
    unit = models.CharField(max_length=10)
    amount = models.PositiveIntegerField()
    rolls = models.BooleanField(default=False)
    is_statutory = models.BooleanField(default=False)
    warns_at = models.PositiveSmallIntegerField(default=80)
    started_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="RUNNING")
    term = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id", "key"], name="clock_once")]
        indexes = [
            models.Index(fields=["next_at", "id"], name="clock_next", condition=Q(next_at__isnull=False)),
            models.Index(fields=["hours_key", "id"], name="clock_open", condition=Q(state__in=("RUNNING", "PAUSED"))),
        ]


class ClockSpan(models.Model):
    """One line of a clock's ledger: from ``at`` on it runs, stands, is stopped or has another term.

    A span ends where the next begins. Lines are added, never changed: `save` refuses.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="spans")
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    amount = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True, default="")
    staff_id = models.BigIntegerField(null=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")
    noted_at = models.DateTimeField()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line; raises TypeError for one that stands already."""
        if not self._state.adding:
            raise TypeError("the ledger of a clock is only added to")
        super().save(*args, **kwargs)
