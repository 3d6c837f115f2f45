"""Records of consents, refusals, rules and permits."""

from keyuan.contact.models.consent import Consent, DoNotContact
from keyuan.contact.models.message import DeliveryReport, Message
from keyuan.contact.models.permit import ContactBudget, Hold, Permit, PermitCount, Reservation
from keyuan.contact.models.privacy import (
    Erasure,
    LegalHold,
    PrivacyRequest,
    PrivacyStep,
    RetentionRule,
    RetentionRun,
)
from keyuan.contact.models.provider import ContactHealth, MessagePolicy, MessageProvider
from keyuan.contact.models.template import MessageTemplate, TemplateVersion
from keyuan.contact.models.terms import ConsentText, Purpose, PurposeChange, RuleVersion

__all__ = [
    "Consent",
    "ConsentText",
    "ContactBudget",
    "ContactHealth",
    "DeliveryReport",
    "DoNotContact",
    "Erasure",
    "Hold",
    "LegalHold",
    "Message",
    "MessagePolicy",
    "MessageProvider",
    "MessageTemplate",
    "Permit",
    "PermitCount",
    "PrivacyRequest",
    "PrivacyStep",
    "Purpose",
    "PurposeChange",
    "Reservation",
    "RetentionRule",
    "RetentionRun",
    "RuleVersion",
    "TemplateVersion",
]
