"""Figures from outside the book, and what the book itself stands for in the same region (ANA-1)."""

from django.db import models


class ExternalFigure(models.Model):
    """One published figure: of an indicator, a region and a period.

    ``region_code`` has six digits (GB/T 2260) and is 000000 for the whole country. ``kind`` is Y, Q or M. A figure that
    was published anew keeps what it was before. Nothing is known before ``known_on``: the day of publication, without
    one the day after the period.
    """

    indicator = models.CharField(max_length=60)
    region_code = models.CharField(max_length=6)
    kind = models.CharField(max_length=1)
    first_on = models.DateField()
    last_on = models.DateField()
    known_on = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=6)
    unit = models.CharField(max_length=20, blank=True, default="")
    published_by = models.CharField(max_length=60, blank=True, default="")
    former = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    source_name = models.CharField(max_length=40)
    imported_by = models.CharField(max_length=40, blank=True, default="")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region_code", "kind", "first_on"], name="external_figure_once"
            )
        ]
        indexes = [
            models.Index(fields=["last_on", "id"], name="external_last"),
            models.Index(fields=["indicator", "last_on", "id"], name="external_indicator"),
            models.Index(fields=["region_code", "last_on", "id"], name="external_region"),
        ]


class RegionCell(models.Model):
    """Customers with cover in force, and their yearly premium (minor units of CNY), of a province, as a night counted.

    ``region_code`` as of `ExternalFigure`; empty for customers whose region nobody knows.
    """

    day = models.DateField()
    region_code = models.CharField(max_length=6, blank=True, default="")
    customers = models.PositiveIntegerField()
    premium = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "region_code"], name="region_cell_once")]
