"""What a product was before, and what somebody asks to be done with it (PRD-1)."""

from django.db import models

from keyuan.products.models.product import Product


class ProductVersion(models.Model):
    """The facts of a product as they stood from one save on."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True, default="")
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="product_version_once")]


class SaleRequest(models.Model):
    """A wish to put a product or package on sale, or to change one that is: another person decides."""

    class State(models.TextChoices):
        """Where the wish stands."""

        ASKED = "ASKED"
        APPROVED = "APPROVED"
        REFUSED = "REFUSED"
        WITHDRAWN = "WITHDRAWN"

    product = models.ForeignKey(Product, models.CASCADE, related_name="sale_requests")
    kind = models.CharField(max_length=12)
    fields = models.JSONField(default=dict, blank=True)
    base_version = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=40, blank=True, default="")
    asked_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["asked_at", "id", "state"], name="sale_request_asked"),
            models.Index(fields=["state", "asked_at", "id"], name="sale_request_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["product"], condition=models.Q(state="ASKED"), name="sale_request_one_open")
        ]
