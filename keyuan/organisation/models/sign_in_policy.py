"""The rules of passwords and whom to ask, as one row that an administrator edits (PLT-5)."""

from django.db import models


class SignInPolicy(models.Model):
    """Length, classes, history and age of passwords; the defaults are those of domain.md E.7, expiry off."""

    min_length = models.PositiveSmallIntegerField(default=8)
    min_classes = models.PositiveSmallIntegerField(default=3)
    history = models.PositiveSmallIntegerField(default=5)
    max_age_days = models.PositiveSmallIntegerField(null=True, blank=True)
    help_line = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_sign_in_policy"),
            models.CheckConstraint(condition=models.Q(min_length__gte=8), name="password_length_at_least_8"),
            models.CheckConstraint(condition=models.Q(min_classes__lte=4), name="password_classes_at_most_4"),
        ]
