"""What was announced, and how each endpoint took it (PLT-14)."""

from django.db import models

from keyuan.api.models.webhook_endpoint import WebhookEndpoint


class WebhookMessage(models.Model):
    """One message as it is sent, byte for byte; endpoints of one reach share it.

    ``uid`` is the ``webhook-id`` by which receivers notice what they have seen already.
    """

    uid = models.CharField(max_length=48, unique=True)
    event_type = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    body = models.TextField()
    count = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)


class WebhookDelivery(models.Model):
    """One message to one endpoint: where it stands, and how it went.

    ``claimed_by`` names the run that has it in hand, until ``next_at``; afterwards it is given out again. ``tries``
    lists when, code, milliseconds and error of each try since the last replay; the columns repeat the last one.
    """

    class Status(models.TextChoices):
        """Whether it still has to arrive."""

        PENDING = "PENDING"
        TAKEN = "TAKEN"
        FAILED = "FAILED"

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries", db_index=False)
    message = models.ForeignKey(WebhookMessage, models.CASCADE, related_name="deliveries", db_index=False)
    event_type = models.CharField(max_length=40)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    next_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)
    last_code = models.PositiveSmallIntegerField(null=True, blank=True)
    last_ms = models.PositiveIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=20, blank=True, default="")
    answer_head = models.TextField(blank=True, default="")
    request_id = models.CharField(max_length=80, blank=True, default="")
    tries = models.JSONField(default=list, blank=True)
    replays = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "endpoint"], name="webhook_delivery_once")]
        indexes = [
            models.Index(
                fields=["endpoint", "next_at", "id"], name="webhook_due", condition=models.Q(status="PENDING")
            ),
            # With a second column, so that counting by endpoint has an index narrower than that of the log.
            models.Index(fields=["endpoint", "next_at"], name="webhook_failed", condition=models.Q(status="FAILED")),
            models.Index(fields=["claimed_by"], name="webhook_in_hand", condition=models.Q(claimed_by__gt="")),
            models.Index(fields=["created_at", "id"], name="webhook_log"),
            models.Index(fields=["endpoint", "created_at", "id"], name="webhook_log_endpoint"),
            models.Index(fields=["status", "created_at", "id"], name="webhook_log_status"),
            models.Index(fields=["event_type", "created_at", "id"], name="webhook_log_type"),
        ]


class WebhookRun(models.Model):
    """The one run of deliveries that is due or under way; one row.

    ``token`` names it, empty when nothing is due. Until ``lost_at`` it counts as alive; a run that is due later than
    a new message gives way to a new one.
    """

    token = models.CharField(max_length=32, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
