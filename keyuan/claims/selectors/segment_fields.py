"""What conditions of segments may ask of claims (CUS-6)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.claims import permissions
from keyuan.claims.models import Claim
from keyuan.claims.selectors.labels import KINDS, STATES
from keyuan.customers.extensions import segment_entities, segment_fields
from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.selectors.segments.own_fields import codes_of


def _field(key: str, label: Any, kind: str, **more: Any) -> Field:
    return Field(f"claim.{key}", label, kind, key, entity="claim", **more)


def _states() -> list[tuple[str, Any]]:
    return [(code, word) for code, (_dot, word) in STATES.items()]


FIELDS = (
    _field("kind", _("Kind of claim"), "choice", blank="", choices=codes_of(KINDS)),
    _field("status", _("Status"), "choice", choices=_states, nullable=False),
    _field("occurred_on", _("Date of the event"), "date"),
    _field("reported_at", _("Reported at"), "moment"),
    _field("decided_on", _("Decided on"), "date"),
    _field("paid_on", _("Claim paid on"), "date"),
    _field("claimed_amount", _("Amount claimed (CNY)"), "money"),
    _field("paid_amount", _("Amount paid (CNY)"), "money"),
)


def register() -> None:
    """Offer claims to conditions."""
    segment_entities.add(
        Entity("claim", _("Claim record"), "claims", Claim.objects.all, permission=permissions.VIEW, order=20)
    )
    for field in FIELDS:
        segment_fields.add(field)
