"""What the queue's workers are doing, and what they gave up on."""

from django.db import models


class JobRun(models.Model):
    """A job being run by a process at this moment; left behind by a killed one, by which the sweeper finds it."""

    message_id = models.BigIntegerField(primary_key=True)
    path = models.CharField(max_length=160)
    host = models.CharField(max_length=80)
    pid = models.IntegerField()
    started_at = models.DateTimeField()


class FailedJob(models.Model):
    """A job that failed too often or beyond healing; kept with its arguments until someone retries or dismisses it."""

    path = models.CharField(max_length=160)
    kwargs = models.JSONField(default=dict)
    error = models.CharField(max_length=120)
    trace = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField()
    failed_at = models.DateTimeField(db_index=True)


class WorkerLease(models.Model):
    """A running worker command, known to be alive by its last sign."""

    host = models.CharField(max_length=80)
    pid = models.IntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="one_lease_per_process")]
