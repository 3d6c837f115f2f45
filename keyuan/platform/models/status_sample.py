"""How the system was doing: a sample each minute, rolled up by hour and day (PLT-13, feeds ANA-12)."""

from django.db import models


class StatusSample(models.Model):
    """Figures of one machine over one stretch of time; counts are of that stretch, states its worst or its last.

    ``minutes`` is how many minutes were sampled, so that what is missing from a roll-up is the time nobody served.
    ``buckets`` counts answers by response time (bounds in `keyuan.platform.operations.buckets`).
    """

    class Level(models.TextChoices):
        """How long the stretch is."""

        MINUTE = "minute"
        HOUR = "hour"
        DAY = "day"

    host = models.CharField(max_length=80)
    level = models.CharField(max_length=6, choices=Level.choices)
    at = models.DateTimeField()
    minutes = models.PositiveIntegerField(default=1)
    requests = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    buckets = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    queries = models.BigIntegerField(default=0)
    query_seconds = models.FloatField(default=0)
    slow_queries = models.BigIntegerField(default=0)
    sign_in_failures = models.BigIntegerField(default=0)
    jobs_failed = models.BigIntegerField(default=0)
    waiting_most = models.BigIntegerField(default=0)
    waiting_seconds_most = models.FloatField(default=0)
    outbox_seconds_most = models.FloatField(default=0)
    unsealed_seconds_most = models.FloatField(default=0)
    streams_most = models.BigIntegerField(default=0)
    database_bytes = models.BigIntegerField(default=0)
    disk_free_bytes = models.BigIntegerField(default=0)
    memory_used_bytes = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "at", "host"], name="one_status_sample")]


class SystemFact(models.Model):
    """What a sampler keeps from one time to the next: counters of a machine, expiry of certificates."""

    key = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()
    value = models.JSONField(default=dict)


class SlowQuery(models.Model):
    """A statement that took longer than the threshold, without its parameters, and how often it did, by route."""

    digest = models.CharField(max_length=32, primary_key=True)
    route = models.CharField(max_length=120)
    alias = models.CharField(max_length=20)
    statement = models.TextField()
    count = models.BigIntegerField(default=0)
    total_ms = models.BigIntegerField(default=0)
    longest_ms = models.BigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
