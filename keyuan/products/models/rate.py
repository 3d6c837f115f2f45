"""Rate tables by date, and their rows (PRD-2)."""

from django.db import models

from keyuan.products.models.product import Product


class RateTable(models.Model):
    """One table of rates. It prices from ``valid_from`` until a later released one does; released ones never change.

    ``base`` is the sum in minor units for which a rate holds; ``dimensions`` say which columns of the rows count;
    ``factors`` are shares of the yearly premium by payment frequency in basis points.
    """

    class Kind(models.TextChoices):
        """What it tells: premiums, or cash values at the end of a policy year."""

        PREMIUM = "PREMIUM"
        CASH_VALUE = "CASH_VALUE"

    class Status(models.TextChoices):
        """Whether it prices."""

        DRAFT = "DRAFT"
        RELEASED = "RELEASED"
        WITHDRAWN = "WITHDRAWN"

    product = models.ForeignKey(Product, models.CASCADE, related_name="rate_tables")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PREMIUM)
    label = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    valid_from = models.DateField()
    basis = models.CharField(max_length=8, default="SUM")
    base = models.BigIntegerField(default=100_000)
    dimensions = models.JSONField(default=list)
    factors = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=dict, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    file_name = models.CharField(max_length=120, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    released_by_id = models.BigIntegerField(null=True, blank=True)
    released_by_name = models.CharField(max_length=40, blank=True, default="")
    released_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["product", "kind", "status", "valid_from"], name="rate_table_by_date")]
        constraints = [
            models.UniqueConstraint(fields=["product", "kind", "sha256"], name="rate_table_file_once",
                                    condition=~models.Q(sha256="") & ~models.Q(status="WITHDRAWN")),
        ]  # fmt: skip


class RateRow(models.Model):
    """One rate in millionths of a yuan, with its row in the file; what the table does not depend on is empty."""

    table = models.ForeignKey(RateTable, models.CASCADE, related_name="rows", db_index=False)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True, default="")
    cover_term = models.CharField(max_length=4, blank=True, default="")
    pay_term = models.CharField(max_length=4, blank=True, default="")
    occupation = models.CharField(max_length=1, blank=True, default="")
    plan = models.CharField(max_length=20, blank=True, default="")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    rate = models.BigIntegerField()
    row_no = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["table", "pay_term", "sex", "age", "year"], name="rate_row_place")]
