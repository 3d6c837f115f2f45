"""The outbox: what is to reach customers, what became of it, and what providers said later (PLT-11)."""

from django.db import models
from django.db.models import Q

from keyuan.contact.models.provider import MessageProvider
from keyuan.contact.models.template import TemplateVersion
from keyuan.customers.models import ContactPoint, Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import SealedField


def _indexes() -> list[models.Index]:
    levels: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    indexes = [
        models.Index(fields=[*columns, "created_at", "id"], name=f"message_{key}") for key, columns in levels.items()
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    indexes += [models.Index(fields=[column], name=f"message_{key}") for key, column in small.items()]
    indexes += [
        models.Index(fields=[*levels[level], column, "created_at", "id"], name=f"message_{level}_{column}")
        for level in ("all", "br")
        for column in ("status", "channel", "purpose")
    ]
    return [
        *indexes,
        models.Index(fields=["customer", "created_at", "id"], name="message_customer"),
        models.Index(fields=["channel", "next_at", "id"], name="message_due", condition=Q(status="QUEUED")),
        models.Index(fields=["claimed_by"], name="message_in_hand", condition=Q(claimed_by__gt="")),
        models.Index(fields=["reference"], name="message_reference", condition=Q(reference__gt="")),
        models.Index(fields=["permit_id"], name="message_permit", condition=Q(status="QUEUED")),
        models.Index(fields=["batch", "status"], name="message_batch", condition=Q(batch__gt="")),
    ]


class Message(ScopedRow):
    """One message to one customer; written in the transaction of what caused it, sent by a job.

    The address is not here: it is opened from the contact point when the message leaves. ``values`` (what fills the
    template's places) is sealed. ``key`` makes a message unique for ever: what is sent under it twice is one.
    ``claimed_by`` names the run that has it in hand. ``permit_id`` is the permit that let it in (MKT-9).
    """

    class Status(models.TextChoices):
        """``SENDING``: handed over, no answer yet. ``UNKNOWN``: nobody knows whether it went out; a person decides."""

        QUEUED = "QUEUED"
        SENDING = "SENDING"
        SENT = "SENT"
        DELIVERED = "DELIVERED"
        FAILED = "FAILED"
        CANCELLED = "CANCELLED"
        UNKNOWN = "UNKNOWN"

    key = models.CharField(max_length=80, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="messages", db_index=False)
    contact_point = models.ForeignKey(ContactPoint, models.SET_NULL, null=True, blank=True, related_name="+")
    template_version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20)
    language = models.CharField(max_length=10, default="zh-hans")
    values = SealedField("message_values")
    segments = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    because = models.CharField(max_length=40, blank=True, default="")
    permit_id = models.BigIntegerField(null=True, blank=True)
    batch = models.CharField(max_length=40, blank=True, default="")
    subject_kind = models.CharField(max_length=20, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    next_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=32, blank=True, default="")
    provider = models.ForeignKey(
        MessageProvider, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reference = models.CharField(max_length=120, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    tries = models.JSONField(default=list, blank=True)
    interaction_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = _indexes()


class DeliveryReport(models.Model):
    """What a provider said later, once: a receipt, a bounce, a customer's reply (no address, no text)."""

    class Kind(models.TextChoices):
        """What it says."""

        DELIVERED = "DELIVERED"
        FAILED = "FAILED"
        BOUNCED = "BOUNCED"
        UNSUBSCRIBED = "UNSUBSCRIBED"

    provider = models.ForeignKey(MessageProvider, models.CASCADE, related_name="reports", db_index=False)
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="reports")
    code = models.CharField(max_length=40, blank=True, default="")
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="delivery_report_once")]
