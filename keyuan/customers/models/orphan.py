"""Customers whom nobody serves, found by rule, each with the clock of the notice it is owed (CUS-9, domain.md §A.9)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import ScopedRow


def _open_indexes() -> list[models.Index]:
    levels = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    sorts = {"due": "notice_due_on", "prem": "annual_premium", "since": "since"}
    waiting = models.Q(closed_at__isnull=True)
    indexes = [
        models.Index(
            fields=[*columns, column, "id", "reason", "sales_channel"], name=f"orph_{level}_{key}", condition=waiting
        )
        for level, columns in levels.items()
        for key, column in sorts.items()
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    indexes += [models.Index(fields=[column], name=f"orph_{key}", condition=waiting) for key, column in small.items()]
    for level in ("all", "br"):
        indexes.append(models.Index(fields=[*levels[level], "reason"], name=f"orph_{level}_reason", condition=waiting))
    return indexes


class OrphanCase(ScopedRow):
    """One time without a service person, from the finding to the allocation; at most one is open for a customer.

    Premium a year in minor units of CNY as it stood when found. ``notice_due_on`` is the last day for telling the
    customer (销售办法 36), 9999-12-31 where no notice is owed. ``servicing_agent_id`` is who still serves formally
    (an agent who moved), else empty.
    """

    class Reason(models.TextChoices):
        """Why nobody serves."""

        AGENT_LEFT = "AGENT_LEFT"
        AGENT_MOVED = "AGENT_MOVED"
        CONTRACT_ENDED = "CONTRACT_ENDED"
        BANK_LEGACY = "BANK_LEGACY"
        GROUP_LEGACY = "GROUP_LEGACY"
        NO_PERSON = "NO_PERSON"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orphan_cases")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    former_agent_id = models.BigIntegerField(null=True, blank=True)
    since = models.DateField()
    found_at = models.DateTimeField()
    notice_due_on = models.DateField(default="9999-12-31")
    notified_at = models.DateTimeField(null=True, blank=True)
    annual_premium = models.BigIntegerField(default=0)
    policies_in_force = models.PositiveIntegerField(default=0)
    tier = models.CharField(max_length=10, blank=True, default="")
    returns = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        indexes = _open_indexes()
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(closed_at__isnull=True), name="one_open_orphan_case"
            )
        ]
