"""What a person set for themselves: theme, keys, navigation, columns and density of lists."""

from django.db import models


class UserPreference(models.Model):
    """One choice of one person; ``key`` such as ``theme`` or ``list.customers``."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    value = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="user_preference_once")]
