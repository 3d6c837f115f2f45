"""How many customers each label would fit, as the last night counted them (ANA-3)."""

from django.db import models


class LabelCell(models.Model):
    """Customers of a unit (0: the whole book) whom the rule of a label, or a suggestion, means."""

    day = models.DateField()
    unit_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    label = models.CharField(max_length=40)
    customers = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "day"], name="label_cell_unit")]
