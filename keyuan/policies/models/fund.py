"""How the account of a contract is spread over funds (POL-5, 账户转换)."""

from django.db import models

from keyuan.policies.models.policy import Policy


class PolicyFund(models.Model):
    """What one fund holds of a contract's account, in 分 as paid in; the rest of the account is in no fund."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="funds", db_index=False)
    fund = models.CharField(max_length=40)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "fund"], name="policy_fund_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="policy_fund_holds"),
        ]
