"""A product with its benefits and clauses (PRD-1)."""

from django.db import models

from keyuan.platform.textfield import CodePointField


class Product(models.Model):
    """What is sold under one code. Ages in years, waiting and cooling-off in days; ``kind`` is a `ProductKind`."""

    class SaleStatus(models.TextChoices):
        """Whether it can be sold now."""

        DRAFT = "DRAFT"
        ON_SALE = "ON_SALE"
        STOPPED = "STOPPED"

    code = CodePointField(max_length=30, unique=True)
    name = CodePointField(max_length=80)
    short_name = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=20)
    is_rider = models.BooleanField(default=False)
    is_group = models.BooleanField(default=False)
    is_long_term = models.BooleanField(default=False)
    design = models.CharField(max_length=20, blank=True, default="")
    issue_age_min = models.PositiveSmallIntegerField(null=True, blank=True)
    issue_age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    cover_terms = models.JSONField(default=list, blank=True)
    pay_terms = models.JSONField(default=list, blank=True)
    pay_modes = models.JSONField(default=list, blank=True)
    waiting_days = models.PositiveSmallIntegerField(default=0)
    cooling_off_days = models.PositiveSmallIntegerField(default=0)
    grace_days = models.PositiveSmallIntegerField(default=60)
    renewal_window_days = models.PositiveSmallIntegerField(default=40)
    exclusions = models.TextField(blank=True, default="")
    sale_status = models.CharField(max_length=8, choices=SaleStatus.choices, default=SaleStatus.ON_SALE)
    sale_from = models.DateField(null=True, blank=True)
    sale_until = models.DateField(null=True, blank=True)
    family = models.CharField(max_length=12, blank=True, default="COMMON", db_default="COMMON")
    sum_min = models.BigIntegerField(null=True, blank=True)
    sum_max = models.BigIntegerField(null=True, blank=True)
    sales_channels = models.JSONField(default=list, blank=True)
    regions = models.JSONField(default=list, blank=True)
    complexity = models.PositiveSmallIntegerField(default=1)
    seller_rank = models.PositiveSmallIntegerField(default=1)
    need_tags = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=40, blank=True, default="local")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "code", "id"], name="product_kind"),
            models.Index(fields=["name", "id"], name="product_name"),
            models.Index(fields=["sale_status", "code", "id"], name="product_sale"),
            models.Index(fields=["is_rider", "name", "id"], name="product_rider"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductBenefit(models.Model):
    """One benefit (保险责任): its condition in words and its amount as basis points of the sum insured, or fixed.

    An income is paid every year from policy year or age ``income_from`` on, ``income_times`` times.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="benefits")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    condition = models.TextField(blank=True, default="")
    amount_bp = models.PositiveIntegerField(null=True, blank=True)
    amount = models.BigIntegerField(null=True, blank=True, help_text="fixed amount or limit, minor units")
    is_income = models.BooleanField(default=False, db_default=False, help_text="paid while the insured lives")
    income_from = models.PositiveSmallIntegerField(null=True, blank=True)
    income_from_unit = models.CharField(max_length=1, blank=True, default="Y", db_default="Y", help_text="or A: age")
    income_times = models.PositiveSmallIntegerField(null=True, blank=True, help_text="NULL: for life or to the end")
    position = models.PositiveSmallIntegerField(default=0)


class ProductClause(models.Model):
    """A version of one of the product's papers: clauses, description, prompt sheet; files are its attachments."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="clauses")
    version_label = models.CharField(max_length=20)
    filing_no = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=12, blank=True, default="CLAUSE", db_default="CLAUSE")
