"""Proposals (建议书): versions with their figures, links that expire, who read them (PRD-5)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.textfield import CodePointField
from keyuan.products.models import Product


class Proposal(ScopedRow):
    """A plan proposed to a customer; what it says stands in its versions."""

    proposal_no = CodePointField(max_length=20, unique=True)
    form_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="proposals")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=80)
    agent_id = models.BigIntegerField(null=True, blank=True)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    last_version = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["updated_at", "id"], name="prop_all_updated"),
            models.Index(fields=["branch_id", "updated_at", "id"], name="prop_br_updated"),
            models.Index(fields=["sub_branch_id", "updated_at", "id"], name="prop_sb_updated"),
            models.Index(fields=["section_id"], name="prop_sec"),
            models.Index(fields=["team_id"], name="prop_team"),
            models.Index(fields=["servicing_agent_id"], name="prop_agent"),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class ProposalVersion(models.Model):
    """One version: what it rests on and its figures, never changed; its PDF is an attachment of the proposal."""

    class State(models.TextChoices):
        """Whether its paper is there."""

        RENDERING = "RENDERING"
        READY = "READY"
        FAILED = "FAILED"

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField(default=dict)
    document = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RENDERING)
    attachment_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    signed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_once")]


class ProposalLink(models.Model):
    """A link by which somebody without sign-in reads one version; only the token's hash is kept."""

    version = models.ForeignKey(ProposalVersion, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()


class ProposalReading(models.Model):
    """That a link was opened, that the PDF was fetched, or that the reader confirmed the disclosures."""

    link = models.ForeignKey(ProposalLink, models.CASCADE, related_name="readings")
    act = models.CharField(max_length=10)
    at = models.DateTimeField()
    device = models.CharField(max_length=80, blank=True, default="")
