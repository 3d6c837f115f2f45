"""Short-lived announcements to open browsers (decision 26)."""

from django.db import models


class LiveEvent(models.Model):
    """One announcement on one topic (``user:7``, ``job:12`` …); swept after an hour. Never personal data."""

    topic = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
