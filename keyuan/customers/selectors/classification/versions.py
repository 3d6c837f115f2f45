"""The history of the thresholds (CUS-5)."""

from keyuan.customers.models import ClassRules

SHOWN = 20


def versions() -> list[ClassRules]:
    """Return the last versions of the thresholds, the newest first."""
    return list(ClassRules.objects.order_by("-number")[:SHOWN])
