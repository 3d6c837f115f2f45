"""Who serves a customer, since when, and who may see one for a while (CUS-9, decision 3)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import Agent, Post, ScopedRow, Unit


class Assignment(models.Model):
    """A servicing person's time with a customer; the open one is the present, none open means orphan."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assignments")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, default="")
    assigned_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(valid_until__isnull=True), name="one_open_assignment"
            )
        ]


class SharedCustomer(ScopedRow):
    """A unit other than the customer's own that serves one of the customer's policies: it sees the customer too.

    Kept by policies through `keyuan.customers.services.sharing`; small, so that lists merge it in memory.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="shares")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "team_id", "servicing_agent_id"], name="shared_customer_once")
        ]
        indexes = [
            models.Index(fields=["branch_id"], name="shared_branch"),
            models.Index(fields=["sub_branch_id"], name="shared_sub_branch"),
            models.Index(fields=["section_id"], name="shared_section"),
            models.Index(fields=["team_id"], name="shared_team"),
            models.Index(fields=["servicing_agent_id"], name="shared_agent"),
        ]


class Grant(models.Model):
    """Leave for one post to see one customer for a purpose until a moment (resource pool, work order, call)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="access_grants")
    post = models.ForeignKey(Post, models.CASCADE, related_name="customer_grants", db_index=False)
    purpose = models.CharField(max_length=40)
    until = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["post", "until", "customer"], name="grant_post_until")]
