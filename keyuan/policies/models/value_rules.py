"""What head office settled for the values of contracts where product and contract say nothing (POL-5, GK)."""

from django.db import models


class ValueRules(models.Model):
    """One settlement; the last one released is in force. Shares and rates in basis points, amounts in 分.

    ``fallback_bp`` is the cash value at the end of each policy year as a share of the premiums paid, ``term_cost`` the
    yearly cost of 1,000,000 分 of term cover from an age on, as [age, cost].
    """

    loan_share_bp = models.PositiveIntegerField()
    loan_months = models.PositiveSmallIntegerField()
    loan_rate_bp = models.PositiveIntegerField()
    apl_rate_bp = models.PositiveIntegerField()
    arrears_rate_bp = models.PositiveIntegerField()
    handling_fee_bp = models.PositiveIntegerField()
    short_expense_bp = models.PositiveIntegerField()
    accumulation_rate_bp = models.PositiveIntegerField()
    fallback_bp = models.JSONField(default=list)
    term_cost = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True, default="")
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    released_by_id = models.BigIntegerField(null=True, blank=True)
    released_by_name = models.CharField(max_length=40, blank=True, default="")
    released_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
