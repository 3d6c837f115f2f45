"""The assumptions that value is reckoned by, in versions (ANA-2)."""

from django.db import models

from keyuan.analytics.models.terms import TermsVersion


class ValueTerms(TermsVersion):
    """One version of the assumptions; the newest is in force from the next night on. ``content``: `Assumptions`."""


class ValueCell(models.Model):
    """Customers of a unit (0: the whole book) in a cell of value, as the last night counted them.

    Amounts in minor units of CNY. Kept for the book, branches and sub-branches; below that it is added up when asked.
    """

    day = models.DateField()
    unit_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    value_group = models.CharField(max_length=10)
    abc = models.CharField(max_length=1, blank=True, default="")
    value_tier = models.CharField(max_length=8)
    customers = models.PositiveIntegerField()
    premium = models.BigIntegerField()
    lifetime_value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "day"], name="value_cell_unit")]
