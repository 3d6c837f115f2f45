"""The assumptions that value is reckoned by, in versions (ANA-2)."""

from django.db import models


class ValueTerms(models.Model):
    """One version of the assumptions; the newest is in force from the next night on. ``content``: `Assumptions`."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    reason = models.CharField(max_length=200)
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()


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
