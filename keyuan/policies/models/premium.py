"""Premiums: the schedule of instalments and the payments received (POL-3)."""

from typing import Any

from django.db import models

from keyuan.policies.models.policy import Policy


class Instalment(models.Model):
    """One premium due; amounts in minor units of the policy's currency. Open ones in the past are arrears."""

    class Status(models.TextChoices):
        """Where it stands."""

        DUE = "DUE"
        PAID = "PAID"
        PART = "PART"
        LAPSED = "LAPSED"
        WAIVED = "WAIVED"

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="instalments", db_index=False)
    number = models.PositiveIntegerField()
    due_on = models.DateField()
    amount = models.BigIntegerField()
    paid_amount = models.BigIntegerField(default=0)
    paid_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.DUE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="instalment_once")]


class Payment(models.Model):
    """Money received (positive) or refunded (negative) for a policy."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="payments", db_index=False)
    instalment_number = models.PositiveIntegerField(null=True, blank=True)
    paid_on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    method = models.CharField(max_length=2, blank=True, default="")
    receipt_no = models.CharField(max_length=30, blank=True, default="")
    reference = models.CharField(max_length=80, blank=True, default="")
    result = models.CharField(max_length=20, blank=True, default="")
    source_name = models.CharField(max_length=40, blank=True, default="")
    source_key = models.CharField(max_length=80, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["policy", "paid_on", "id"], name="payment_policy")]
        constraints = [
            models.UniqueConstraint(
                fields=["source_name", "source_key"], condition=~models.Q(source_key=""), name="payment_source_once"
            )
        ]


def open_instalments() -> "models.QuerySet[Any]":
    """Return every instalment not paid in full, with ``open_amount``; those in the past are arrears (POL-3, CUS-6)."""
    owed = Instalment.objects.filter(status__in=(Instalment.Status.DUE, Instalment.Status.PART))
    return owed.annotate(open_amount=models.F("amount") - models.F("paid_amount"))
