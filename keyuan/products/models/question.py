"""What an application asks about the insured (POL-10)."""

from django.db import models

from keyuan.products.models.product import Product


class ProductQuestion(models.Model):
    """One question of a product's declaration. Only what is asked must be told (保险法 16).

    ``adverse`` holds the answers that send the case to underwriting; ``low`` and ``high`` bound a number.
    """

    class Kind(models.TextChoices):
        """How it is answered."""

        YES_NO = "YES_NO"
        NUMBER = "NUMBER"
        CHOICE = "CHOICE"
        TEXT = "TEXT"

    class Section(models.TextChoices):
        """What it is about."""

        HEALTH = "HEALTH"
        LIFESTYLE = "LIFESTYLE"
        OCCUPATION = "OCCUPATION"
        FINANCE = "FINANCE"
        VEHICLE = "VEHICLE"

    product = models.ForeignKey(Product, models.CASCADE, related_name="questions")
    code = models.CharField(max_length=30)
    section = models.CharField(max_length=12, choices=Section.choices, default=Section.HEALTH)
    text = models.CharField(max_length=400)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.YES_NO)
    options = models.JSONField(default=list, blank=True)
    adverse = models.JSONField(default=list, blank=True)
    low = models.IntegerField(null=True, blank=True)
    high = models.IntegerField(null=True, blank=True)
    asks_detail = models.BooleanField(default=True)
    sex = models.CharField(max_length=1, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "code"], name="product_question_once")]
