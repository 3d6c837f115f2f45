"""What is known of a customer beyond the archive's head: needs, other cover, events, opinions, tags (CUS-1, CUS-6)."""

from django.db import models

from keyuan.customers.models.customer import Customer


class Need(models.Model):
    """A need for protection or savings: kind, sum and budget in minor units of CNY, term in years, and when."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="needs")
    kind = models.CharField(max_length=20)
    sum_insured = models.BigIntegerField(null=True, blank=True)
    term_years = models.PositiveSmallIntegerField(null=True, blank=True)
    budget = models.BigIntegerField(null=True, blank=True)
    wanted_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()


class OtherCover(models.Model):
    """Insurance held elsewhere; sums in minor units of CNY."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="other_covers")
    insurer = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    sum_insured = models.BigIntegerField(null=True, blank=True)
    premium = models.BigIntegerField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()


class LifeEvent(models.Model):
    """Something that happened in a customer's life: marriage, birth, house, job, retirement …"""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="life_events")
    kind = models.CharField(max_length=20)
    happened_on = models.DateField()
    note = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()


class Feedback(models.Model):
    """An opinion of the customer about product or service."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="feedback")
    said_on = models.DateField()
    topic = models.CharField(max_length=40, blank=True, default="")
    text = models.TextField()
    created_at = models.DateTimeField()


class Tag(models.Model):
    """A label of one of three families: risk, value, need (CUS-6)."""

    class Family(models.TextChoices):
        """What the label speaks of."""

        RISK = "RISK"
        VALUE = "VALUE"
        NEED = "NEED"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    family = models.CharField(max_length=5, choices=Family.choices)
    note = models.CharField(max_length=200, blank=True, default="", db_default="")
    valid_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of tags put on without an expiry")
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)


class CustomerTag(models.Model):
    """A customer's label with its source, confidence in basis points and expiry; ``rule_id``: which rule set it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="uses")
    source = models.CharField(max_length=10, default="HAND")
    confidence_bp = models.PositiveSmallIntegerField(default=10000)
    explanation = models.CharField(max_length=200, blank=True, default="")
    expires_on = models.DateField(null=True, blank=True)
    rule_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=40, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "tag"], name="customer_tag_once")]
        indexes = [
            models.Index(fields=["expires_on"], name="tag_expiry", condition=models.Q(expires_on__isnull=False)),
        ]
