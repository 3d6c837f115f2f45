"""Canned answers (SRV-1)."""

from django.db import models


class Macro(models.Model):
    """A text with places such as {customer} and {number}; ``is_reply``: for the customer, else for colleagues."""

    name = models.CharField(max_length=60)
    body = models.CharField(max_length=1000)
    is_reply = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="svc_macro_name")]
