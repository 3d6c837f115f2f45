"""The assumptions in force (ANA-2)."""

from keyuan.analytics.models import ValueTerms
from keyuan.analytics.rules.value.assumptions import Assumptions, from_json

SHOWN = 20


def terms_in_force() -> tuple[Assumptions, ValueTerms | None]:
    """Return the assumptions in force and their version; the defaults before anybody changed them."""
    newest = ValueTerms.objects.order_by("-number").first()
    return (from_json(newest.content), newest) if newest else (Assumptions(), None)


def versions() -> list[ValueTerms]:
    """Return the last versions, the newest first."""
    return list(ValueTerms.objects.order_by("-number")[:SHOWN])
