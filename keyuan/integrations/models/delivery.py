"""A delivery on its way from another system into the book, its parts, and what was fetched of them (PLT-14)."""

from django.db import models

from keyuan.integrations.models.connector import Connector
from keyuan.platform.models.import_job import ImportJob


class Delivery(models.Model):
    """One delivery of a connector, found again by its key and the digest of its announcement.

    ``reason`` says why it waits or stands apart; ``waiting_since`` begins anew whenever the other side changes
    something. ``waived`` lists the reasons that a person set aside. ``stamps`` are the states of the announcement that
    were dealt with. ``book`` is what stood in the book after it was loaded. The counts sum up its parts.
    """

    class State(models.TextChoices):
        """How far it is."""

        LATE = "late"
        WAITING = "waiting"
        LOADING = "loading"
        LOADED = "loaded"
        DIFFERENT = "different"
        QUARANTINED = "quarantined"
        REJECTED = "rejected"
        REPLACED = "replaced"

    #: States in which the engine may still do something by itself.
    MOVING = (State.WAITING, State.LOADING)
    WRITTEN = (State.LOADED, State.DIFFERENT)

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="deliveries", db_index=False)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    handle = models.CharField(max_length=200, blank=True, default="")
    stamps = models.JSONField(default=list)
    sequence = models.BigIntegerField(null=True)
    business_date = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=80, blank=True, default="")
    reason_params = models.JSONField(default=dict)
    waived = models.JSONField(default=list)
    waiting_since = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    was_late = models.BooleanField(default=False)
    is_settled = models.BooleanField(default=False)
    repeats = models.PositiveIntegerField(default=0)
    book = models.JSONField(default=dict)
    rows_claimed = models.BigIntegerField(null=True)
    rows_read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["connector", "seen_at", "id"], name="delivery_connector"),
            models.Index(fields=["connector", "state"], name="delivery_state"),
            models.Index(fields=["connector", "business_date"], name="delivery_day"),
            models.Index(fields=["state", "seen_at", "id"], name="delivery_all_state"),
            models.Index(fields=["seen_at", "id"], name="delivery_seen"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["connector", "key", "digest"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return self.key


class DeliveryPart(models.Model):
    """One table of a delivery: what was claimed of it, what was fetched, and the import that loads it.

    The bytes stand in segments while they are fetched, then in the vault as one file, which passes to the import.
    """

    class Stage(models.TextChoices):
        """How far it is."""

        NEW = "new"
        STORED = "stored"
        CHECKING = "checking"
        WRITING = "writing"
        DONE = "done"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="parts", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    target = models.CharField(max_length=40, blank=True, default="")
    mapping = models.CharField(max_length=80, blank=True, default="")
    encoding = models.CharField(max_length=80, blank=True, default="")
    size_claimed = models.BigIntegerField(null=True)
    sha256_claimed = models.CharField(max_length=64, blank=True, default="")
    rows_claimed = models.BigIntegerField(null=True)
    totals_claimed = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NEW)
    seen = models.CharField(max_length=120, blank=True, default="")
    cursor = models.CharField(max_length=200, blank=True, default="")
    received = models.BigIntegerField(default=0)
    storage_name = models.CharField(max_length=80, blank=True, default="")
    wrapped_key = models.BinaryField(max_length=128, null=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    import_job = models.ForeignKey(ImportJob, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["delivery", "position"], name="delivery_part_once")]


class DeliverySegment(models.Model):
    """Some fetched bytes of a part, encrypted in the vault until all are there: a killed fetch goes on behind them."""

    part = models.ForeignKey(DeliveryPart, models.CASCADE, related_name="segments", db_index=False)
    number = models.PositiveIntegerField()
    storage_name = models.CharField(max_length=80)
    wrapped_key = models.BinaryField(max_length=128)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["part", "number"], name="delivery_segment_once")]
