"""The cards in force: one model of the register for each way to go and each horizon (ANA-6, ANA-11)."""

from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from keyuan.analytics.models import ModelVersion
from keyuan.analytics.rules.churn.cards import Card, from_json
from keyuan.analytics.rules.churn.outcomes import HORIZONS, OUTCOMES
from keyuan.analytics.services.registry.recording import folder_of

PREFIX = "churn."
FILE = "card.json"

Kept = dict[tuple[str, int], tuple[Card, ModelVersion]]


def cards_in_force() -> Kept:
    """Return the champion's card of each way and horizon that has one, with its version."""
    champions = ModelVersion.objects.filter(key__startswith=PREFIX, status=ModelVersion.Status.CHAMPION)
    versions = {version.key: version for version in champions}
    found: Kept = {}
    for outcome in OUTCOMES:
        for months in HORIZONS:
            version = versions.get(outcome.model_key(months))
            path = folder_of(version) / FILE if version else None
            if version and path and path.exists():
                found[outcome.key, months] = (from_json(path.read_text(encoding="utf-8")), version)
    return found


def keep(card: Card, day: date) -> Path:
    """Write a card of ``day`` into a folder of its own and return that."""
    folder = Path(settings.VAR_DIR) / "analytics" / "models" / card.key / day.isoformat()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / FILE).write_text(f"{card.to_json()}\n", encoding="utf-8")
    return folder


def last_learnt() -> tuple[date, datetime] | None:
    """Return the day of the book and the moment at which cards were made last; None before the first time."""
    rows = ModelVersion.objects.filter(key__startswith=PREFIX).order_by("-trained_at")
    return rows.values_list("data_date", "trained_at").first()


def versions_kept() -> int:
    """Return how many versions of cards there are."""
    return ModelVersion.objects.filter(key__startswith=PREFIX).count()
