"""The terms of retention work in force (ANA-6)."""

from keyuan.analytics.models import ChurnTerms
from keyuan.analytics.rules.churn.terms import Terms, from_json

SHOWN = 20


def churn_terms() -> tuple[Terms, ChurnTerms | None]:
    """Return the terms in force and their version; the defaults before anybody changed them."""
    newest = ChurnTerms.objects.order_by("-number").first()
    return (from_json(newest.content), newest) if newest else (Terms(), None)


def churn_versions() -> list[ChurnTerms]:
    """Return the last versions, the newest first."""
    return list(ChurnTerms.objects.order_by("-number")[:SHOWN])
