"""Key accounts: who looks after underwriting and claims, how they are received, what has to be reported (CUS-10)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.platform.crypto import SealedField


class KeyAccount(models.Model):
    """A customer's time as a key account; the open one is the present. Managers are members of staff (user ids)."""

    class Reception(models.TextChoices):
        """How the account is received (接待级别)."""

        CHIEF = "CHIEF"
        SENIOR = "SENIOR"
        DEPARTMENT = "DEPARTMENT"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="key_accounts", db_index=False)
    reception = models.CharField(max_length=10, choices=Reception.choices)
    arrangements = models.TextField(blank=True, default="")
    underwriting_manager_id = models.BigIntegerField()
    claims_manager_id = models.BigIntegerField()
    report_every_days = models.PositiveSmallIntegerField(default=90)
    last_report_on = models.DateField(null=True, blank=True)
    next_report_on = models.DateField()
    review_on = models.DateField()
    reason = models.CharField(max_length=200)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(ended_on__isnull=True), name="one_open_key_account"
            )
        ]
        indexes = [
            models.Index(fields=["customer", "started_on"], name="key_account_customer"),
            models.Index(fields=["next_report_on", "id"], name="key_account_report"),
            models.Index(fields=["review_on", "id"], name="key_account_review"),
        ]


class KeyAccountContact(models.Model):
    """A person at the customer's side whom we talk to; a key account has at least two (CUS-9)."""

    account = models.ForeignKey(KeyAccount, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=60)
    duty = models.CharField(max_length=60, blank=True, default="")
    phone = SealedField("phone")
    position = models.PositiveSmallIntegerField(default=1)


class ContactReport(models.Model):
    """A contact report of a key account: when, with whom, what came of it, what comes next."""

    account = models.ForeignKey(KeyAccount, models.CASCADE, related_name="reports")
    reported_on = models.DateField()
    summary = models.CharField(max_length=200)
    next_steps = models.CharField(max_length=200, blank=True, default="")
    interaction_id = models.BigIntegerField(null=True, blank=True)
    reported_by_id = models.BigIntegerField(null=True, blank=True)
    reported_by_name = models.CharField(max_length=40, blank=True, default="")
    recorded_at = models.DateTimeField()
