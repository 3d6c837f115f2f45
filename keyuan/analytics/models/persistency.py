"""Persistency as the last night counted it (ANA-10, domain.md §A.10)."""

from django.db import models


class PersistencyCell(models.Model):
    """What became of the first-year premium of a month's contracts, in the 13th, 25th or 37th month.

    Amounts in minor units of CNY, annualised. ``base`` is the first-year premium that counts, ``due_base`` the part of
    it whose premium of the year before came in. ``due_month``, ``first_grace`` and ``grace_end`` are the three cuts;
    ``by_loan`` and ``reinstated`` count besides where the reader says so. Unit 0 is the whole book.
    """

    day = models.DateField()
    unit_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    cohort = models.DateField(help_text="first day of the month")
    months = models.PositiveSmallIntegerField()
    contracts = models.PositiveIntegerField()
    base = models.BigIntegerField()
    due_base = models.BigIntegerField()
    due_month = models.BigIntegerField()
    first_grace = models.BigIntegerField()
    grace_end = models.BigIntegerField()
    by_loan = models.BigIntegerField()
    reinstated = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "day", "months", "cohort"], name="persistency_cell_unit")]


class RatioCell(models.Model):
    """A ratio of a unit (0: the whole book) over the year that ended on ``day``: ``part`` of ``whole``.

    ``measure`` is one of `rules.features.rates.MEASURES`.
    """

    day = models.DateField()
    unit_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    measure = models.CharField(max_length=20)
    part = models.BigIntegerField()
    whole = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "day"], name="ratio_cell_unit")]
