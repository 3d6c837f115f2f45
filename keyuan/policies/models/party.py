"""Roles of customers in a policy: links with order, share and dates, never columns on the customer."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.policies.models.policy import Policy


class PolicyParty(models.Model):
    """One role. Shares in basis points sum to 10,000 per order of beneficiaries (POL-1)."""

    class Role(models.TextChoices):
        """The role in the contract."""

        HOLDER = "HOLDER"
        INSURED = "INSURED"
        BENEFICIARY = "BENEFICIARY"
        PAYER = "PAYER"

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="parties")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="policy_roles")
    role = models.CharField(max_length=12, choices=Role.choices)
    name = models.CharField(max_length=120, blank=True, default="", help_text="where the party is no customer")
    relation_to_insured = models.CharField(max_length=2, blank=True, default="")
    benefit_type = models.CharField(max_length=1, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=1)
    share_bp = models.PositiveIntegerField(null=True, blank=True)
    is_statutory = models.BooleanField(default=False, help_text="beneficiary is 法定")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)


class PolicyService(models.Model):
    """Selling and servicing people over time; a policy in force without an open servicing person is an orphan."""

    class Duty(models.TextChoices):
        """Sold it or serves it."""

        SELLING = "SELLING"
        SERVICING = "SERVICING"

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="service_people")
    agent = models.ForeignKey("organisation.Agent", models.PROTECT, related_name="+", db_index=False)
    duty = models.CharField(max_length=10, choices=Duty.choices)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)


class GroupMember(models.Model):
    """An insured person of a group contract with joining and leaving dates; named even where no customer exists."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="group_members")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="group_memberships")
    member_no = models.CharField(max_length=20)
    name = models.CharField(max_length=60, blank=True, default="")
    sum_insured = models.BigIntegerField(null=True, blank=True)
    premium = models.BigIntegerField(null=True, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "member_no", "joined_on"], name="group_member_once")]
