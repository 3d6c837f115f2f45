"""The one place that allows contacts (MKT-9). Nothing reaches a customer without a permit from here."""

from keyuan.contact.services.permits.asking import Ask, Refusal, permit, permit_many
from keyuan.contact.services.permits.using import cancel_permit, expire_permits, permit_in_hand, use_permit

__all__ = [
    "Ask",
    "Refusal",
    "cancel_permit",
    "expire_permits",
    "permit",
    "permit_in_hand",
    "permit_many",
    "use_permit",
]
