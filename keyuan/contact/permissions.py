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
    role_grants.add(RoleGrants("contact", _grants()))


def _grants() -> dict[str, frozenset[str]]:
    serving = ("agent", "telesales", "contact_centre", "policy_clerk", "claims_handler", "outsourced_caller")
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
