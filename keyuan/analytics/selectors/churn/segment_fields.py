"""What conditions of segments may ask of the watch list, and what the mart keeps of it (ANA-6, CUS-6)."""

from typing import Any

from django.db.models import Case, CharField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.models import ChurnScore
from keyuan.analytics.rules.churn.outcomes import LAPSE, RENEWAL, SURRENDER
from keyuan.analytics.rules.churn.scoring import HIGH
from keyuan.customers.extensions import segment_entities, segment_fields
from keyuan.customers.permissions import SCORES
from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.platform.mart import Extract, extracts

ENTITY = "churn"
RAISED_BAND, HIGH_BAND = "RAISED", "HIGH"
OWN = (
    "customer_id", "outcome", "chance_3", "chance_6", "chance_12", "at_stake", "premium", "scored_on", "band",
)  # fmt: skip


def watched() -> QuerySet[Any]:
    """Return the watched with the band they stand in: whoever is not watched has no row."""
    band = Case(When(level=HIGH, then=Value(HIGH_BAND)), default=Value(RAISED_BAND), output_field=CharField())
    return ChurnScore.objects.annotate(band=band)


def _field(key: str, label: Any, kind: str, **more: Any) -> Field:
    # It tells what a customer is worth keeping for: whoever builds with it has to be allowed to see scores.
    return Field(f"{ENTITY}.{key}", label, kind, key, entity=ENTITY, nullable=False, permission=SCORES, **more)


def _bands() -> list[tuple[str, Any]]:
    return [
        (RAISED_BAND, pgettext_lazy("churn level", "Raised")),
        (HIGH_BAND, pgettext_lazy("churn level", "High")),
    ]


def _outcomes() -> list[tuple[str, Any]]:
    return [
        (LAPSE.key, pgettext_lazy("churn", "Lapse")),
        (SURRENDER.key, pgettext_lazy("churn", "Surrender")),
        (RENEWAL.key, pgettext_lazy("churn", "Non-renewal")),
    ]


def register() -> None:
    """Offer the watch list to conditions; who may not see it builds nothing with it."""
    extracts.add(Extract(ENTITY, watched, {name: name for name in OWN}))
    segment_entities.add(
        Entity(ENTITY, _("Risk of leaving"), ENTITY, watched, permission=permissions.CHURN, order=72)
    )  # fmt: skip
    for field in (
        _field("band", pgettext_lazy("churn", "Risk"), "choice", choices=_bands),
        _field("outcome", _("What may happen"), "choice", choices=_outcomes),
        _field("chance_3", _("Chance within 3 months"), "share"),
        _field("chance_12", _("Chance within 12 months"), "share"),
        _field("at_stake", _("Premium at stake (CNY)"), "money"),
        _field("premium", _("Annual premium (CNY)"), "money"),
        _field("scored_on", _("Scored on"), "date"),
    ):
        segment_fields.add(field)
