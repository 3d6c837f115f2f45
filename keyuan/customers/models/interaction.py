"""The timeline: every contact with a customer, through whichever channel (CUS-12)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import ScopedRow


def _indexes() -> list[models.Index]:
    levels = {"cust": ["customer"], "all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    indexes = [
        models.Index(fields=[*columns, "occurred_at", "id"], name=f"ia_{key}") for key, columns in levels.items()
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    indexes += [models.Index(fields=[column], name=f"ia_{key}") for key, column in small.items()]
    # Filters of the list, each with its order: kinds and outcomes are of very different frequency.
    return indexes + [
        models.Index(fields=[*levels[level], column, "occurred_at", "id"], name=f"ia_{level}_{column}")
        for level in ("all", "br")
        for column in ("kind", "outcome")
    ]


class Interaction(ScopedRow):
    """One entry, append-only. ``subject_kind`` and ``subject_id`` lead to what it was about (policy, claim …)."""

    class Kind(models.TextChoices):
        """What happened, for icon and filter."""

        CALL = "CALL"
        VISIT = "VISIT"
        SMS = "SMS"
        EMAIL = "EMAIL"
        WECHAT = "WECHAT"
        CHAT = "CHAT"
        LETTER = "LETTER"
        FAX = "FAX"
        EVENT = "EVENT"
        PORTAL = "PORTAL"
        POLICY = "POLICY"
        PAYMENT = "PAYMENT"
        CLAIM = "CLAIM"
        WORK_ORDER = "WORK_ORDER"
        NOTE = "NOTE"

    class Direction(models.TextChoices):
        """Who reached out."""

        IN = "IN"
        OUT = "OUT"
        NONE = "NONE"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="interactions", db_index=False)
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.NONE)
    purpose = models.CharField(max_length=20, blank=True, default="")
    summary = models.CharField(max_length=200, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=20, blank=True, default="")
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=40, blank=True, default="")
    seconds = models.PositiveIntegerField(null=True, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = _indexes()
