"""What a complaint has besides its work order (SRV-4; domain.md §C)."""

from django.db import models
from django.db.models import Q

from keyuan.platform.crypto import SealedField
from keyuan.service.models.work_order import WorkOrder


class Complaint(models.Model):
    """A complaint: who complains, what the regulator wants to know, the decision and what follows from it."""

    order = models.OneToOneField(WorkOrder, models.CASCADE, related_name="complaint", primary_key=True)
    source = models.CharField(max_length=20, default="CUSTOMER")
    regulator_no = models.CharField(max_length=40, blank=True, default="")
    regulator_due_on = models.DateField(null=True, blank=True)
    line = models.CharField(max_length=14, blank=True, default="")
    level = models.CharField(max_length=8, default="GENERAL")
    capacity = models.CharField(max_length=10, default="SELF")
    claimant_name = models.CharField(max_length=60, blank=True, default="")
    has_authority = models.BooleanField(default=False)
    has_identity = models.BooleanField(default=False)
    has_kinship = models.BooleanField(default=False)
    representatives = models.PositiveSmallIntegerField(default=0)
    group_size = models.PositiveIntegerField(default=1)
    is_repeated = models.BooleanField(default=False)
    is_proxy_sign = models.BooleanField(default=False)
    is_group_sign = models.BooleanField(default=False, db_default=False)
    callback_phone = SealedField("phone")
    term = models.PositiveSmallIntegerField(default=15)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    facts = models.TextField(blank=True, default="")
    basis = models.TextField(blank=True, default="")
    decision = models.CharField(max_length=10, blank=True, default="")
    remedies = models.JSONField(default=list, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    compensation = models.BigIntegerField(default=0)
    responsibility = models.CharField(max_length=200, blank=True, default="")
    improvement = models.CharField(max_length=200, blank=True, default="")
    improvement_owner = models.CharField(max_length=80, blank=True, default="")
    improvement_due_on = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["received_at", "order"], name="cpl_received"),
        ]


class Accused(models.Model):
    """A member of staff whom the complaint is about: never its handler (回避)."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="accused")
    user_id = models.BigIntegerField(null=True, blank=True)
    agent_id = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["agent_id"], name="accused_agent", condition=Q(agent_id__isnull=False)),
            models.Index(fields=["user_id"], name="accused_user", condition=Q(user_id__isnull=False)),
        ]


class Extension(models.Model):
    """A longer term that was asked for and, by somebody else, approved or refused."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="extensions")
    term = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    status = models.CharField(max_length=10, default="ASKED")
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=80, blank=True, default="")
    asked_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(status="ASKED"), name="cpl_one_extension_asked")
        ]


class Review(models.Model):
    """A review (核查) that the customer asked for within 30 days of the decision."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="reviews")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decided_at__isnull=True), name="cpl_one_review_open"
            )
        ]
