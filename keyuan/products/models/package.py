"""Packages: several products priced and sold as one (PRD-3)."""

from django.db import models

from keyuan.platform.textfield import CodePointField
from keyuan.products.models.product import Product


class Package(models.Model):
    """A package for a group of people (女性, 家庭, 少儿, 银发), or a plan made to measure; one price for all parts."""

    class SaleStatus(models.TextChoices):
        """Whether it can be sold now."""

        DRAFT = "DRAFT"
        ON_SALE = "ON_SALE"
        STOPPED = "STOPPED"

    code = CodePointField(max_length=30, unique=True)
    name = CodePointField(max_length=80)
    audience = models.CharField(max_length=10, default="ANY")
    is_tailored = models.BooleanField(default=False)
    description = models.TextField(blank=True, default="")
    discount_bp = models.PositiveIntegerField(default=0)
    sale_status = models.CharField(max_length=8, choices=SaleStatus.choices, default=SaleStatus.DRAFT)
    sale_from = models.DateField(null=True, blank=True)
    sale_until = models.DateField(null=True, blank=True)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["sale_status", "code", "id"], name="package_sale")]

    def __str__(self) -> str:
        return self.name


class PackageItem(models.Model):
    """One product of a package with its fixed sum and terms (tokens of `rules.terms`)."""

    package = models.ForeignKey(Package, models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, models.PROTECT, related_name="package_items")
    sum_insured = models.BigIntegerField(null=True, blank=True)
    cover_term = models.CharField(max_length=4, blank=True, default="")
    pay_term = models.CharField(max_length=4, blank=True, default="")
    plan = models.CharField(max_length=20, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "product"], name="package_product_once")]
