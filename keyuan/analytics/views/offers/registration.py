"""What offers hang into the contexts below (ANA-7)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics.services.offers import steps
from keyuan.analytics.services.offers.privacy import collect, erase
from keyuan.customers.extensions import MergeReference, merge_references
from keyuan.platform.privacy import PrivacyPart, privacy_parts

LABEL = _("Next best offers")


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    steps.register()
    # The night makes the survivor's offers anew; what was answered and measured goes with the person.
    merge_references.add(MergeReference("offer", "analytics.Offer", "customer", "rebuild"))
    merge_references.add(MergeReference("offer-spell", "analytics.OfferSpell", "customer", noted=True))
    merge_references.add(MergeReference("offer-answer", "analytics.OfferAnswer", "customer", label=LABEL))
    privacy_parts.add(PrivacyPart("offers", LABEL, collect, erase, order=42))
