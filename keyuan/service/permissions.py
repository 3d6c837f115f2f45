"""Permissions of the service desk, and the default roles that hold them."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "service.view"
CREATE = "service.create"
WORK = "service.work"
SUPERVISE = "service.supervise"
SETTINGS = "service.settings"
COMPLAINTS = "service.complaints"
ALIKE = "service.alike"
APPROVE = "service.approve_extension"
SENIOR = "service.approve_longest"
FOLLOW_UPS = "service.follow_ups"
CALLBACK = "service.callback"
PLANS = "service.follow_up_plans"
MAIL = "service.mail"
MAILBOXES = "service.mailboxes"

REPRESENTS = frozenset({VIEW, CREATE, WORK})


def register() -> None:
    """Put the permissions into the catalogue and into the default roles."""
    group = _("Service desk")
    describe(
        Permission(VIEW, _("See work orders"), group),
        Permission(CREATE, _("Take in work orders"), group),
        Permission(WORK, _("Take and work on work orders"), group),
        Permission(SUPERVISE, _("Assign work orders of others and watch deadlines"), group),
        Permission(SETTINGS, _("Set up desks, routing, targets, categories and macros"), group, sensitive=True),
        Permission(COMPLAINTS, _("Handle and decide complaints"), group, sensitive=True),
        Permission(ALIKE, _("See complaints that look alike and say what they are"), group, sensitive=True),
        Permission(APPROVE, _("Approve the extension of complaints to 30 days"), group, sensitive=True),
        Permission(SENIOR, _("Approve the extension of complaints to 60 days"), group, sensitive=True),
        Permission(MAIL, _("See the mail log, release and block mail"), group),
        Permission(MAILBOXES, _("Set up mailboxes"), group, sensitive=True),
        Permission(FOLLOW_UPS, _("See call-backs and follow-ups"), group),
        Permission(CALLBACK, _("Make call-backs and follow-ups"), group),
        Permission(PLANS, _("Write and publish plans of follow-ups and questionnaires"), group, sensitive=True),
    )
    role_grants.add(RoleGrants("service", _grants()))
    role_grants.add(RoleGrants("service-mail", _mail_grants()))
    role_grants.add(RoleGrants("service-follow-ups", _follow_up_grants()))


def _grants() -> dict[str, frozenset[str]]:
    asking = ("agent", "telesales", "customer_resource_manager")
    return {
        **dict.fromkeys(asking, frozenset({VIEW, CREATE})),
        "contact_centre": REPRESENTS,
        "policy_clerk": REPRESENTS,
        "claims_handler": REPRESENTS,
        "complaint_handler": REPRESENTS | {COMPLAINTS, ALIKE},
        "shift_leader": REPRESENTS | {SUPERVISE, COMPLAINTS, ALIKE},
        "contact_centre_director": REPRESENTS | {SUPERVISE, SETTINGS, COMPLAINTS, APPROVE, ALIKE},
        "management": frozenset({VIEW, SENIOR}),
        "compliance": frozenset({VIEW, SUPERVISE, APPROVE, ALIKE}),
        "quality_inspector": frozenset({VIEW}),
        "analyst": frozenset({VIEW}),
    }


def _follow_up_grants() -> dict[str, frozenset[str]]:
    """Whoever sells sees how call-backs stand and makes none (domain.md §A.4)."""
    reading = (
        "agent", "telesales", "customer_resource_manager", "complaint_handler", "quality_inspector", "compliance",
        "management", "analyst", "policy_clerk",
    )  # fmt: skip
    return {
        **dict.fromkeys(reading, frozenset({FOLLOW_UPS})),
        "contact_centre": frozenset({FOLLOW_UPS, CALLBACK}),
        "shift_leader": frozenset({FOLLOW_UPS, CALLBACK, PLANS}),
        "contact_centre_director": frozenset({FOLLOW_UPS, CALLBACK, PLANS}),
    }


def _mail_grants() -> dict[str, frozenset[str]]:
    return {
        "administrator": frozenset({MAILBOXES}),
        "shift_leader": frozenset({MAIL}),
        "contact_centre_director": frozenset({MAIL, MAILBOXES}),
        "compliance": frozenset({MAIL}),
    }
