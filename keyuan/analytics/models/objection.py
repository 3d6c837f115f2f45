"""Customers who do not want to be judged by programs (ANA-11; PIPL 24)."""

from django.db import models
from django.db.models import Q

from keyuan.customers.models import Customer


class AutomationObjection(models.Model):
    """A customer's objection to decisions made by programs; a withdrawn one stays as history.

    Days are the customer's: when it was said, and when it was taken back; channels are those of contact.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="automation_objections")
    said_on = models.DateField()
    channel = models.CharField(max_length=10)
    words = models.CharField(max_length=200, blank=True, default="")
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by = models.CharField(max_length=40, blank=True, default="")
    recorded_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_channel = models.CharField(max_length=10, blank=True, default="")
    withdrawn_words = models.CharField(max_length=200, blank=True, default="")
    withdrawn_by = models.CharField(max_length=40, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["recorded_at", "id"], name="objection_recorded")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(withdrawn_at__isnull=True), name="objection_one_open"
            )
        ]
