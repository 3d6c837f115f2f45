"""Terms that nights reckon by, in numbered versions: the newest is in force, none is ever changed."""

from django.db import models


class TermsVersion(models.Model):
    """One version of some terms; the newest counts from the next night on. ``content`` is the rules' own JSON."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    reason = models.CharField(max_length=200)
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True
