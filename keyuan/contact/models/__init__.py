"""Records of consents, refusals, rules and permits."""

from keyuan.contact.models.consent import Consent, DoNotContact
from keyuan.contact.models.permit import ContactBudget, Hold, Permit, PermitCount, Reservation
from keyuan.contact.models.terms import ConsentText, Purpose, PurposeChange, RuleVersion

__all__ = [
    "Consent",
    "ConsentText",
    "ContactBudget",
    "DoNotContact",
    "Hold",
    "Permit",
    "PermitCount",
    "Purpose",
    "PurposeChange",
    "Reservation",
    "RuleVersion",
]
