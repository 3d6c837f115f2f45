"""Answers kept for a while under the caller's own key, so that a request sent twice is done once (PLT-14)."""

from django.db import models


class Replay(models.Model):
    """The answer to one request; ``digest`` tells whether a later one under the same key asks for the same."""

    caller_id = models.BigIntegerField()
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict, blank=True)
    body = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller_id", "key"], name="replay_once")]
