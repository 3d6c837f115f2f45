"""Terms of service by kind, category and tier (SRV-2)."""

from django.db import models


class ServiceTarget(models.Model):
    """Minutes of working time to the first response and to the solution; the most particular row counts.

    An empty category or tier means all of them.
    """

    kind = models.CharField(max_length=10)
    category_code = models.CharField(max_length=20, blank=True, default="")
    tier = models.CharField(max_length=10, blank=True, default="")
    first_minutes = models.PositiveIntegerField()
    solution_minutes = models.PositiveIntegerField()
    hours_key = models.CharField(max_length=20, default="desk")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "category_code", "tier"], name="svc_target_once")]
