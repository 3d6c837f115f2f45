"""Money lent on contracts: policy loans and premium loans (POL-5; domain.md §A.5, §A.7)."""

from django.db import models

from keyuan.policies.models.policy import Policy


class PolicyLoan(models.Model):
    """One loan; amounts in 分. ``principal`` and ``accrued`` are what is left, interest runs from ``since``.

    How interest grows and a repayment falls is `keyuan.policies.rules.values.loans`. A closed one is paid back.
    """

    class Kind(models.TextChoices):
        """Paid out to the policyholder, or lent for a premium."""

        LOAN = "LOAN"
        PREMIUM = "APL"

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="loans", db_index=False)
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.LOAN)
    lent_on = models.DateField()
    amount = models.BigIntegerField()
    principal = models.BigIntegerField()
    accrued = models.BigIntegerField(default=0)
    since = models.DateField()
    rate_bp = models.PositiveIntegerField()
    due_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    instalment_number = models.PositiveIntegerField(null=True, blank=True, help_text="the premium it paid")
    reference = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["policy", "id"], name="loan_policy"),
            models.Index(fields=["due_on", "id"], name="loan_due", condition=models.Q(closed_on__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "reference"], condition=~models.Q(reference=""), name="loan_reference_once"
            )
        ]
