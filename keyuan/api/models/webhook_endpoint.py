"""Who wants to hear what happens here: endpoints of other systems (PLT-14)."""

from django.db import models

from keyuan.organisation.models import Unit
from keyuan.platform.crypto import SealedField
from keyuan.platform.textfield import CodePointField


class WebhookEndpoint(models.Model):
    """One subscription: an address, kinds of events (none: all) and the rows it may hear of.

    ``unit`` and ``sales_channel`` limit the rows as a post's reach does; without a unit it is the whole book. Of the
    two secrets the previous one signs beside the present one until ``previous_until``. ``failing_since`` stands while
    nothing was taken since; ``rests_until`` is a pause after failures. A deleted endpoint stays until its log is old.
    """

    class Status(models.TextChoices):
        """Whether it gets anything: a paused one gets it later, a switched off one never hears of it."""

        ACTIVE = "ACTIVE"
        PAUSED = "PAUSED"
        DISABLED = "DISABLED"

    name = CodePointField(max_length=60)
    description = models.CharField(max_length=200, blank=True, default="")
    url = models.CharField(max_length=500)
    event_types = models.JSONField(default=list, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    secret = SealedField("webhook_secret")
    previous_secret = SealedField("webhook_secret")
    previous_until = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    disabled_because = models.CharField(max_length=20, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    last_taken_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="webhook_name"),
            models.Index(fields=["created_at", "id"], name="webhook_created"),
            models.Index(fields=["status"], name="webhook_status"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class WebhookPolicy(models.Model):
    """What administrators decide for all endpoints; one row.

    Days that the log is kept, hours that a replaced secret still signs, days of failing after which an endpoint is
    switched off.
    """

    keep_days = models.PositiveSmallIntegerField(default=30)
    overlap_hours = models.PositiveSmallIntegerField(default=24)
    give_up_days = models.PositiveSmallIntegerField(default=5)
    version = models.PositiveIntegerField(default=1)
