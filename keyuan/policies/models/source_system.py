"""Which other system keeps its policies itself (POL-7): a row, so that a book can be handed over."""

from django.db import models


class SourceSystem(models.Model):
    """One source by the name its imports use. Without a row a source keeps its policies itself."""

    name = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    owns_policies = models.BooleanField(default=True)
    note = models.CharField(max_length=200, blank=True, default="")
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
