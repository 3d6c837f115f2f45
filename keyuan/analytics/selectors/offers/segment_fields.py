"""What conditions of segments may ask of offers, and what the mart keeps of them (ANA-7, CUS-6)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.models import Offer
from keyuan.analytics.rules.offers.terms import FAMILIES
from keyuan.contact.selectors.labels import REASONS
from keyuan.customers.extensions import segment_entities, segment_fields
from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.selectors.segments.own_fields import codes_of
from keyuan.platform.mart import Extract, extracts
from keyuan.products.selectors.labels import KINDS as PRODUCT_KINDS

ENTITY = "offer"
OWN = (
    "customer_id", "family", "product_id", "place", "probability", "premium", "value", "gap", "block", "is_paused",
    "written_on",
)  # fmt: skip


def _field(key: str, label: Any, kind: str, **more: Any) -> Field:
    return Field(f"{ENTITY}.{key}", label, kind, key, entity=ENTITY, nullable=more.pop("nullable", False), **more)


def register() -> None:
    """Offer offers to conditions; who may not see them builds nothing with them."""
    extracts.add(Extract("offers", Offer.objects.all, {name: name for name in OWN}))
    segment_entities.add(
        Entity(
            ENTITY, _("Next best offer"), "offers", Offer.objects.all, permission=permissions.OFFERS, order=70
        )
    )  # fmt: skip
    families = codes_of({family: PRODUCT_KINDS[family] for family in FAMILIES})
    for field in (
        _field("family", _("Kind of product"), "choice", choices=families),
        _field("place", _("Place among the customer's offers"), "number"),
        _field("value", _("Expected margin (CNY)"), "money"),
        _field("premium", _("Usual premium a year (CNY)"), "money"),
        _field("gap", _("Open protection gap (CNY)"), "money"),
        _field("block", _("Not to be approached: why"), "choice", blank="", choices=codes_of(REASONS), nullable=True),
        _field("is_paused", _("Not interested"), "flag"),
    ):
        segment_fields.add(field)
