"""Posts: role × unit × sales channel × reach, with dates (PLT-3)."""

from django.db import models

from keyuan.kernel.actor import Reach


class Post(models.Model):
    """What a person is appointed to; a person may hold several and acts in one at a time."""

    user = models.ForeignKey("organisation.User", models.CASCADE, related_name="posts")
    role = models.ForeignKey("organisation.Role", models.PROTECT, related_name="posts")
    unit = models.ForeignKey("organisation.Unit", models.PROTECT, related_name="posts")
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    reach = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Reach])
    agent = models.ForeignKey("organisation.Agent", models.SET_NULL, null=True, blank=True, related_name="posts")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    is_primary = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["unit", "role", "id"], name="post_unit_role")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="post_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.unit}"
