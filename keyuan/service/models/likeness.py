"""What complaints have in common: signs of each, and the clusters that they make (SRV-4; domain.md A.6, C.1)."""

from django.db import models
from django.db.models import Q

from keyuan.service.models.complaint import Complaint


class LikenessRule(models.Model):
    """From how many customers within how many days on a likeness is told; one row for each kind that was changed."""

    kind = models.CharField(max_length=8, unique=True)
    customers = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)


class ComplaintCluster(models.Model):
    """Complaints of several customers that look alike; a person says whether they are one group."""

    kind = models.CharField(max_length=8)
    status = models.CharField(max_length=10, default="OPEN")
    size = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True, default="")
    decided_by_name = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["status", "-last_at", "-id"], name="cpl_cluster_list")]


class ComplaintSign(models.Model):
    """One thing by which a complaint may resemble others; ``key`` is a fingerprint or a blind index, never a text."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="signs")
    kind = models.CharField(max_length=8)
    key = models.BigIntegerField()
    at = models.DateTimeField()
    cluster = models.ForeignKey(
        ComplaintCluster, models.SET_NULL, null=True, blank=True, related_name="signs", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "kind"], name="cpl_sign_once")]
        indexes = [
            models.Index(fields=["kind", "at"], name="cpl_sign_recent"),
            models.Index(fields=["cluster"], name="cpl_sign_cluster", condition=Q(cluster__isnull=False)),
        ]
