"""What the mart knows of the world outside: one row for each published figure, joined by region and period (ANA-1)."""

from typing import Any

from django.db.models import FloatField, QuerySet
from django.db.models.functions import Cast

from keyuan.analytics.models import ExternalFigure
from keyuan.platform.mart import Extract, extracts

OWN = ("indicator", "region_code", "kind", "first_on", "last_on", "known_on", "unit")


def _figures() -> QuerySet[Any]:
    return ExternalFigure.objects.annotate(amount=Cast("value", FloatField()))


def register() -> None:
    """Give the table to the mart."""
    columns = {name: name for name in OWN} | {"value": "amount"}
    extracts.add(Extract("external_figures", _figures, columns, subject=""))
