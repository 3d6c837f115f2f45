"""The cards in force, one model of the register for each family (ANA-7, ANA-11)."""

import json
from datetime import datetime

from keyuan.analytics.models import ModelVersion
from keyuan.analytics.rules.offers.cards import Card, from_json
from keyuan.analytics.rules.offers.terms import FAMILIES
from keyuan.analytics.selectors.registry import champion
from keyuan.analytics.services.registry.recording import folder_of

PREFIX = "offer."
FILE = "card.json"


def key_of(family: str) -> str:
    """Return the register's key of a family's model."""
    return f"{PREFIX}{family.lower()}"


def cards_in_force() -> dict[str, tuple[Card, int]]:
    """Return the card of each family that has one, with the number of its version."""
    found = {}
    for family in FAMILIES:
        version = champion(key_of(family))
        path = folder_of(version) / FILE if version else None
        if version and path and path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            found[family] = (from_json({family: stored})[family], version.number)
    return found


def last_fitted_at() -> datetime | None:
    """Return when cards were fitted last; None before the first time."""
    rows = ModelVersion.objects.filter(key__startswith=PREFIX).order_by("-trained_at")
    return rows.values_list("trained_at", flat=True).first()
