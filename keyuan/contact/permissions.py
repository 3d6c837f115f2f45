"""Permissions of the contact pages, and the default roles that hold them."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "contact.view"
START = "contact.start"
CONSENT = "contact.consent"
REFUSAL = "contact.refusal"
LIFT = "contact.lift"
RULES = "contact.rules"
PURPOSES = "contact.purposes"
RESERVE = "contact.reserve"
STATISTICS = "contact.statistics"
SEND = "contact.send"
OUTBOX = "contact.outbox"
DECIDE = "contact.decide_messages"
TEMPLATES = "contact.templates"
APPROVE = "contact.approve_templates"
PROVIDERS = "contact.providers"
PRIVACY = "contact.privacy"
PRIVACY_COPY = "contact.privacy_copy"
PRIVACY_ERASE = "contact.privacy_erase"
RETENTION = "contact.retention"

#: Who serves customers sees, asks for permits and writes down what customers say.
SERVES = frozenset({VIEW, START, CONSENT, REFUSAL})
MANAGES = SERVES | {RESERVE, STATISTICS}
READS = frozenset({VIEW})
LOOKS = READS | {STATISTICS}


def register() -> None:
    """Put the permissions into the catalogue and into the default roles."""
    group = _("Contacting customers")
    describe(
        Permission(VIEW, _("See consents, do-not-contact and permits"), group),
        Permission(START, _("Ask for contact permits"), group),
        Permission(CONSENT, _("Record and withdraw consents"), group),
        Permission(REFUSAL, _("Put customers on the do-not-contact list"), group),
        Permission(LIFT, _("End a do-not-contact entry before its term"), group, sensitive=True),
        Permission(RULES, _("Change contact rules"), group, sensitive=True),
        Permission(PURPOSES, _("Change purposes, their fields and consent texts"), group, sensitive=True),
        Permission(RESERVE, _("Reserve customers"), group),
        Permission(STATISTICS, _("See refusal statistics"), group),
    )
    messages = _("Messages to customers")
    describe(
        Permission(SEND, _("Send messages to customers"), messages),
        Permission(OUTBOX, _("See the outbox"), messages),
        Permission(DECIDE, _("Stop, repeat and decide on messages"), messages),
        Permission(TEMPLATES, _("Write message templates"), messages),
        Permission(APPROVE, _("Approve message templates"), messages, sensitive=True),
        Permission(PROVIDERS, _("Set up providers of messages"), messages, sensitive=True),
    )
    privacy = _("Privacy requests")
    describe(
        Permission(PRIVACY, _("Take in and work on privacy requests"), privacy),
        Permission(PRIVACY_COPY, _("Make copies of personal data for customers"), privacy, sensitive=True),
        Permission(PRIVACY_ERASE, _("Take out personal data on request"), privacy, sensitive=True),
        Permission(RETENTION, _("Set terms of retention and legal holds"), privacy, sensitive=True),
    )
    role_grants.add(RoleGrants("contact", _grants()))
    role_grants.add(RoleGrants("contact-messages", _message_grants()))
    role_grants.add(RoleGrants("contact-privacy", _privacy_grants()))


def _grants() -> dict[str, frozenset[str]]:
    serving = (
        "agent",
        "telesales",
        "contact_centre",
        "policy_clerk",
        "claims_handler",
        "complaint_handler",
        "outsourced_caller",
    )
    managing = ("shift_leader", "contact_centre_director", "intermediary_manager")
    return {
        **dict.fromkeys(serving, SERVES),
        **dict.fromkeys(managing, MANAGES),
        "outsourced_caller": READS | {START, REFUSAL},
        "customer_resource_manager": MANAGES | {RULES, LIFT},
        "marketing_planner": LOOKS,
        "quality_inspector": READS,
        "analyst": LOOKS,
        "management": LOOKS,
        "compliance": LOOKS | {CONSENT, LIFT, RULES, PURPOSES},
    }


def _message_grants() -> dict[str, frozenset[str]]:
    sending = ("agent", "contact_centre", "policy_clerk", "claims_handler", "complaint_handler")
    deciding = ("shift_leader", "contact_centre_director", "intermediary_manager")
    return {
        **dict.fromkeys(sending, frozenset({SEND, OUTBOX})),
        **dict.fromkeys(deciding, frozenset({SEND, OUTBOX, DECIDE})),
        "customer_resource_manager": frozenset({SEND, OUTBOX, DECIDE, TEMPLATES}),
        "marketing_planner": frozenset({OUTBOX, TEMPLATES}),
        "management": frozenset({OUTBOX}),
        "compliance": frozenset({OUTBOX, APPROVE}),
        "administrator": frozenset({PROVIDERS}),
    }


def _privacy_grants() -> dict[str, frozenset[str]]:
    receiving = ("contact_centre", "shift_leader", "contact_centre_director", "policy_clerk")
    return {
        **dict.fromkeys(receiving, frozenset({PRIVACY})),
        "customer_resource_manager": frozenset({PRIVACY, PRIVACY_COPY}),
        "compliance": frozenset({PRIVACY, PRIVACY_COPY, PRIVACY_ERASE, RETENTION}),
    }
