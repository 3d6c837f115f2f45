"""The tables and steps that the system comes with; others hang theirs in from their own modules (ANA-1)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics.extensions import Feature, features
from keyuan.analytics.rules.features.behaviour import behaviour

#: Tables of the book's facts come first, then scores, what is written back, and figures of units.
FACTS, SCORES, BACK, FIGURES = 100, 300, 500, 700


def register() -> None:
    """Put them into the registries."""
    features.add(
        Feature(
            "behaviour",
            _("Purchases, premiums and contacts"),
            ("customers", "policies", "payments", "interactions"),
            behaviour,
            FACTS,
        )
    )
