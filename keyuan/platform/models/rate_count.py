"""How often something happened within a span of time: what limits by rate count with, shared by all processes."""

from django.db import models


class RateCount(models.Model):
    """One counter; ``key`` is a digest of what is limited, of whom, and of the span; ``ends_at`` seconds since 1970."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.BigIntegerField(db_index=True)
