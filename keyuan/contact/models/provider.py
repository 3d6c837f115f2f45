"""Who carries messages, and the settings of all of them (PLT-11)."""

from django.db import models


class MessageProvider(models.Model):
    """One way out: a mail server, a gateway of text messages, WeChat Work, or the outbox that sends nothing.

    ``config`` never holds a secret: it names a file of the secrets' folder. Of the active providers of a channel the
    one with the lowest ``order`` sends. ``run_token`` names the run that works for it until ``run_until``;
    ``minute_at`` and ``minute_count`` keep the rate over runs.
    """

    class Kind(models.TextChoices):
        """Which adapter speaks to it."""

        OUTBOX = "OUTBOX"
        SMTP = "SMTP"
        SMS_HTTP = "SMS_HTTP"
        WECOM = "WECOM"

    key = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    channel = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OUTBOX)
    config = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)
    per_minute = models.PositiveIntegerField(default=600)
    connections = models.PositiveSmallIntegerField(default=4)
    run_token = models.CharField(max_length=32, blank=True, default="")
    run_until = models.DateTimeField(null=True, blank=True)
    minute_at = models.DateTimeField(null=True, blank=True)
    minute_count = models.PositiveIntegerField(default=0)
    outages = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=40, blank=True, default="")
    last_ok_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="provider_name")]

    def __str__(self) -> str:
        return str(self.name)


class MessagePolicy(models.Model):
    """What is decided for all messages; one row.

    ``sign`` stands in 【】 before text messages, ``way_out`` at the end of marketing; after ``bounces`` hard failures
    in a row a way to reach a customer counts as dead; messages not sent within ``expire_hours`` are given up.
    """

    company = models.CharField(max_length=40, default="客源保险")
    sign = models.CharField(max_length=20, default="客源保险")
    way_out = models.CharField(max_length=40, default="拒收请回复R")
    hotline = models.CharField(max_length=20, default="95500")
    public_url = models.CharField(max_length=200, blank=True, default="")
    words = models.JSONField(default=list, blank=True)
    bounces = models.PositiveSmallIntegerField(default=3)
    expire_hours = models.PositiveSmallIntegerField(default=72)
    version = models.PositiveIntegerField(default=1)


class ContactHealth(models.Model):
    """How messages to one contact point fared lately: hard failures in a row (CUS-11)."""

    contact_point = models.OneToOneField("customers.ContactPoint", models.CASCADE, primary_key=True, related_name="+")
    bounces = models.PositiveSmallIntegerField(default=0)
    last_bounce_at = models.DateTimeField(null=True, blank=True)
    last_taken_at = models.DateTimeField(null=True, blank=True)
