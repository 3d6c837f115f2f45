"""The tree of what orders are about (SRV-1; domain.md §C.2)."""

from django.db import models


class Category(models.Model):
    """One node: ``code`` stays, the name may change. ``kind`` is what an order of this category usually is."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=10, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["position", "id"], name="svc_category_order")]

    def __str__(self) -> str:
        return self.name
