"""Notices to staff inside the system (PLT-11)."""

from django.db import models


class Notice(models.Model):
    """One notice to one person: a code with parameters, worded when it is read; ``url`` leads to its cause."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "id"], name="notice_user"),
            models.Index(fields=["user_id"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]
