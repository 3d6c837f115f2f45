"""Work in the background that somebody watches (PLT-10)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrackedJob(models.Model):
    """One piece of long work: who started it, how far it is, how it ended.

    ``step`` counts committed chunks; a message that carries another number is a double and does nothing.
    ``token`` names the run that holds the job now; a superseded run cannot commit.
    """

    class Status(models.TextChoices):
        """Where a job stands."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    LIVE = (Status.QUEUED, Status.RUNNING)
    OPEN = (Status.QUEUED, Status.RUNNING, Status.PAUSED)
    ENDED = (Status.DONE, Status.FAILED, Status.CANCELLED)

    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    kwargs = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    post_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message_code = models.CharField(max_length=80, blank=True)
    message_params = models.JSONField(default=dict)
    state = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=80, blank=True)
    error_params = models.JSONField(default=dict)
    error_trace = models.TextField(blank=True)
    step = models.PositiveIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["status", "heartbeat_at"], name="job_status"),
            models.Index(fields=["actor_id", "id"], name="job_actor"),
            models.Index(fields=["kind", "id"], name="job_kind"),
        ]

    @property
    def percent(self) -> int | None:
        """Whole percent done, or None while the total is unknown."""
        if self.status == self.Status.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def is_open(self) -> bool:
        """Tell whether the job may still do something."""
        return self.status in self.OPEN

    @property
    def title_params(self) -> dict[str, Any]:
        """The parameters of the title's sentence ``job.<kind>``."""
        return dict(self.params)
