"""Another system that delivers, and how: place, timetable, thresholds (PLT-14)."""

from django.db import models

from keyuan.platform.models.tracked_job import TrackedJob


class Connector(models.Model):
    """One source of deliveries.

    ``source`` is the name under which its records are found again; ``config`` holds what its kind needs, never a
    secret. ``next_at`` is when it is looked at next, ``running_job`` the run that holds it: one at a time.
    ``last_sequence`` is the highest number that was loaded or rejected. ``error`` says what the latest look met.
    """

    class Days(models.TextChoices):
        """On which days a delivery is expected."""

        EVERY = "every"
        WORKING = "working"

    class Gap(models.TextChoices):
        """What a missing number does to the later ones."""

        HOLD = "hold"
        LOAD = "load"

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=40)
    config = models.JSONField(default=dict)
    target = models.CharField(max_length=40, blank=True, default="")
    mapping = models.CharField(max_length=80, blank=True, default="")
    unit_id = models.IntegerField()
    unit_label = models.CharField(max_length=80, blank=True, default="")
    cron = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    due_time = models.TimeField(null=True)
    due_days = models.CharField(max_length=8, choices=Days.choices, default=Days.WORKING)
    due_lag = models.PositiveSmallIntegerField(default=1)
    expected_since = models.DateField(null=True)
    gap = models.CharField(max_length=4, choices=Gap.choices, default=Gap.HOLD)
    refused_limit_bp = models.PositiveIntegerField(default=100)
    patience_minutes = models.PositiveIntegerField(default=60)
    keep_days = models.PositiveIntegerField(default=180)
    last_sequence = models.BigIntegerField(null=True)
    running_job = models.ForeignKey(TrackedJob, models.SET_NULL, null=True, related_name="+", db_index=False)
    looked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True, default="")
    error_params = models.JSONField(default=dict)
    error_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="connector_name"),
            models.Index(fields=["next_at"], name="connector_next", condition=models.Q(is_active=True)),
        ]

    def __str__(self) -> str:
        return self.key
