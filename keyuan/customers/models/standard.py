"""Service standards: tiers with their thresholds, what each tier may have, memberships, exceptions (CUS-14)."""

from django.db import models

from keyuan.customers.models.customer import Customer


class ServiceStandard(models.Model):
    """One edition of the standard: tiers, thresholds, factors and the table of entitlements, as one document.

    A draft is edited and previewed; once issued it never changes, and the edition in force on a day is the issued one
    with the latest ``valid_from`` up to that day. So every membership can be explained by the edition that decided it.
    """

    class Status(models.TextChoices):
        """Being written, or in force from its day."""

        DRAFT = "DRAFT"
        ISSUED = "ISSUED"

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    valid_from = models.DateField(null=True, blank=True)
    content = models.JSONField()
    reason = models.CharField(max_length=200, blank=True, default="")
    preview = models.JSONField(default=dict, blank=True, help_text="movement between tiers, and of which version")
    job_id = models.BigIntegerField(null=True, blank=True)
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()
    issued_by_id = models.BigIntegerField(null=True, blank=True)
    issued_by_name = models.CharField(max_length=40, blank=True, default="")
    issued_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class Membership(models.Model):
    """A customer's tier now, with the figures that decided it. Money in minor units of CNY.

    ``stars`` are those of a near-VIP, 0 for members and everybody else. A membership lasts until ``until``
    (inclusive); upgrades come at once, downgrades only when it ends.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="membership")
    tier = models.CharField(max_length=10)
    stars = models.PositiveSmallIntegerField(default=0)
    since = models.DateField()
    until = models.DateField()
    vip_premium = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=20)
    standard_no = models.PositiveIntegerField()
    is_pooled = models.BooleanField(default=False, help_text="the household's premium decided it")
    computed_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["until", "customer"], name="membership_until"),
            models.Index(fields=["tier", "customer"], name="membership_tier"),
        ]


class TierChange(models.Model):
    """A step between tiers: when, why, by which edition and at which VIP premium; the as-of view reads these."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tier_changes", db_index=False)
    changed_on = models.DateField()
    from_tier = models.CharField(max_length=10, blank=True, default="")
    to_tier = models.CharField(max_length=10)
    stars = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=20)
    vip_premium = models.BigIntegerField(default=0)
    standard_no = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "changed_on", "to_tier"], name="tier_change_once"),
        ]
        indexes = [models.Index(fields=["changed_on", "id"], name="tier_change_on")]


class ServiceException(models.Model):
    """Something beyond the tier, asked for one customer and approved by another person (e.g. 家族信托核保通道)."""

    class Status(models.TextChoices):
        """Where the request stands."""

        ASKED = "ASKED"
        APPROVED = "APPROVED"
        REFUSED = "REFUSED"
        WITHDRAWN = "WITHDRAWN"
        REVOKED = "REVOKED"
        EXPIRED = "EXPIRED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="service_exceptions")
    item = models.CharField(max_length=20)
    service = models.CharField(max_length=100)
    quota = models.PositiveSmallIntegerField(null=True, blank=True)
    response_minutes = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=40, blank=True, default="")
    asked_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at", "id"], name="exception_asked"),
            models.Index(fields=["status", "valid_until"], name="exception_status"),
        ]


class EntitlementUse(models.Model):
    """A service that was used; ``token`` keeps a double click from counting twice."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="entitlement_uses", db_index=False)
    item = models.CharField(max_length=20)
    used_on = models.DateField()
    quantity = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=100, blank=True, default="")
    token = models.CharField(max_length=64, null=True, unique=True)
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by_name = models.CharField(max_length=40, blank=True, default="")
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "item", "used_on"], name="use_customer_item")]
