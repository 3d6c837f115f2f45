"""What conditions of segments may ask of consents and refusals, and what the mart keeps of them (CUS-6, PLT-8)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.models import Consent, DoNotContact
from keyuan.contact.selectors.labels import CHANNELS, PURPOSES, SCOPES
from keyuan.customers.extensions import segment_entities, segment_fields
from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.selectors.segments.own_fields import codes_of
from keyuan.platform.mart import Extract, extracts

CONSENT = ("customer_id", "purpose", "contact_channel", "granted_at", "expires_on", "revoked_at")
REFUSAL = ("customer_id", "contact_channel", "scope", "refused_at", "until", "lifted_at")


def _field(entity: str, key: str, label: Any, kind: str, **more: Any) -> Field:
    return Field(f"{entity}.{key}", label, kind, key, entity=entity, **more)


FIELDS = (
    _field("consent", "purpose", _("Purpose"), "choice", choices=codes_of(PURPOSES), nullable=False),
    _field("consent", "contact_channel", _("Only by this way"), "choice", blank="", choices=codes_of(CHANNELS)),
    _field("consent", "granted_at", _("Agreed at"), "moment", nullable=False),
    _field("consent", "revoked_at", _("Withdrawn at"), "moment"),
    _field("refusal", "scope", _("What is refused"), "choice", choices=codes_of(SCOPES), nullable=False),
    _field("refusal", "contact_channel", _("Only by this way"), "choice", blank="", choices=codes_of(CHANNELS)),
    _field("refusal", "refused_at", _("Refused at"), "moment", nullable=False),
    _field("refusal", "lifted_at", _("Lifted at"), "moment"),
)


def register() -> None:
    """Offer consents and refusals to conditions; what has run out does not count."""
    see = permissions.VIEW
    segment_entities.add(
        Entity(
            "consent",
            _("Consent record"),
            "consents",
            Consent.objects.all,
            until="expires_on",
            permission=see,
            order=50,
        )
    )
    segment_entities.add(
        Entity(
            "refusal",
            _("Do-not-contact entry"),
            "refusals",
            DoNotContact.objects.all,
            until="until",
            permission=see,
            order=60,
        )
    )
    for field in FIELDS:
        segment_fields.add(field)
    extracts.add(Extract("consents", Consent.objects.all, {name: name for name in CONSENT}))
    extracts.add(Extract("refusals", DoNotContact.objects.all, {name: name for name in REFUSAL}))
