"""Backups that were made, and what came of each copy (PLT-12)."""

from django.db import models


class BackupRun(models.Model):
    """One backup of the whole book: how it went and what is in it."""

    class State(models.TextChoices):
        """How the run ended; ``partial`` means that some destination has no proven copy."""

        RUNNING = "running"
        DONE = "done"
        PARTIAL = "partial"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    name = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    stage = models.CharField(max_length=20, blank=True)
    database = models.CharField(max_length=12)
    version = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    tables = models.IntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    plain_bytes = models.BigIntegerField(default=0)
    stored_bytes = models.BigIntegerField(default=0)
    file_count = models.BigIntegerField(default=0)
    file_bytes = models.BigIntegerField(default=0)
    places = models.IntegerField(default=0)
    error = models.CharField(max_length=80, blank=True)
    error_params = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["started_at", "id"], name="backup_started"),
            models.Index(fields=["state", "started_at", "id"], name="backup_state"),
        ]

    def __str__(self) -> str:
        return self.name


class BackupCopy(models.Model):
    """One backup at one destination: sent, fetched back, restored and compared, or why not."""

    class State(models.TextChoices):
        """How far the copy is; ``refuted`` means that it was fetched back and is not what was sent."""

        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        VERIFIED = "verified"
        REFUTED = "refuted"
        REMOVED = "removed"

    run = models.ForeignKey(BackupRun, models.CASCADE, related_name="copies", db_index=False)
    destination = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    head_digest = models.CharField(max_length=64, blank=True)
    sent_bytes = models.BigIntegerField(default=0)
    send_seconds = models.FloatField(default=0)
    verified_at = models.DateTimeField(null=True)
    verify_seconds = models.FloatField(default=0)
    opened_with = models.CharField(max_length=10, blank=True)
    checks = models.JSONField(default=list)
    error = models.CharField(max_length=80, blank=True)
    error_params = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "destination"], name="backup_copy_once")]
        indexes = [models.Index(fields=["destination", "verified_at", "id"], name="backup_copy_verified")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.destination}"
