"""A claim as a record: what happened to which policy, where it stands, what was paid."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.policies.models import Policy


def _indexes() -> list[models.Index]:
    large: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    indexes = [models.Index(fields=[*level, "created_at", "id"], name=f"clm_{key}_new") for key, level in large.items()]
    filters = {"state": "status", "kind": "kind", "day": "occurred_on"}
    for level in ("all", "br"):
        indexes += [
            models.Index(fields=[*large[level], column], name=f"clm_{level}_{key}") for key, column in filters.items()
        ]
    return indexes + [models.Index(fields=[column], name=f"clm_{key}") for key, column in small.items()]


class Claim(ScopedRow):
    """One claim. Amounts in minor units of ``currency``; a negative amount is a recovery. Unknown dates stay NULL."""

    claim_no = models.CharField(max_length=60)
    source_name = models.CharField(max_length=40, blank=True, default="")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="claims")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="claims")
    kind = models.CharField(max_length=20, blank=True, default="")
    cause = models.CharField(max_length=100, blank=True, default="")
    status = models.CharField(max_length=18, default="REPORTED")
    currency = models.CharField(max_length=3, default="CNY")
    claimed_amount = models.BigIntegerField(null=True, blank=True)
    paid_amount = models.BigIntegerField(null=True, blank=True)
    occurred_on = models.DateField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    period_label = models.CharField(max_length=20, blank=True, default="")
    count = models.PositiveSmallIntegerField(default=1)
    fingerprint = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = _indexes()
        constraints = [models.UniqueConstraint(fields=["claim_no", "source_name"], name="claim_no_once")]
