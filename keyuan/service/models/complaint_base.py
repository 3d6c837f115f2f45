"""What complaints of a quarter are counted against, by unit and channel (domain.md C.3)."""

from django.db import models

from keyuan.organisation.models import LEVEL_COLUMNS, ScopedRow


class ComplaintBase(ScopedRow):
    """Premium of a year (分), contracts in force and persons insured under life contracts at the end of a quarter.

    One row for each unit and channel that has contracts. The running quarter is reckoned anew every night.
    """

    quarter = models.CharField(max_length=6, help_text="2026-4")
    premium = models.BigIntegerField(default=0)
    policies = models.BigIntegerField(default=0)
    insured = models.BigIntegerField(default=0)
    reckoned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quarter", *LEVEL_COLUMNS, "sales_channel"], name="cpl_base_once")
        ]
