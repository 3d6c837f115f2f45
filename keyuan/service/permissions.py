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
OWN_COMPLAINTS = "service.own_complaints"
ALIKE = "service.alike"
APPROVE = "service.approve_extension"
SENIOR = "service.approve_longest"
CHAT_VIEW = "service.chat_view"
CHAT_SERVE = "service.chat_serve"
CHAT_SUPERVISE = "service.chat_supervise"
KNOWLEDGE = "service.knowledge"
KNOWLEDGE_WRITE = "service.knowledge_write"
KNOWLEDGE_APPROVE = "service.knowledge_approve"
KNOWLEDGE_SETTINGS = "service.knowledge_settings"
IMPROVEMENT = "service.improvement"
IMPROVEMENT_WORK = "service.improvement_work"
IMPROVEMENT_REVIEW = "service.improvement_review"
STAR = "service.star"
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
        Permission(OWN_COMPLAINTS, _("Read complaints about oneself"), group, sensitive=True),
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
    _register_chat(group)
    _register_knowledge()
    _register_improvement()
    role_grants.add(RoleGrants("service-mail", _mail_grants()))
    role_grants.add(RoleGrants("service-follow-ups", _follow_up_grants()))


#: Roles that answer customers or sell to them.
FRONT = (
    "agent", "telesales", "contact_centre", "shift_leader", "contact_centre_director", "complaint_handler",
    "policy_clerk", "claims_handler", "customer_resource_manager",
)  # fmt: skip


def _merged(*parts: tuple[tuple[str, ...], set[str]]) -> dict[str, frozenset[str]]:
    """Return role → permissions from (roles, permissions) pairs that may name a role more than once."""
    found: dict[str, frozenset[str]] = {}
    for roles, keys in parts:
        for role in roles:
            found[role] = found.get(role, frozenset()) | keys
    return found


def _register_knowledge() -> None:
    """Everybody at work reads; leaders and handlers write; director and compliance approve (SRV-6)."""
    group = _("Knowledge base")
    describe(
        Permission(KNOWLEDGE, _("Search and read articles"), group),
        Permission(KNOWLEDGE_WRITE, _("Write articles and deal with comments and unanswered searches"), group),
        Permission(KNOWLEDGE_APPROVE, _("Approve, publish and withdraw articles"), group, sensitive=True),
        Permission(KNOWLEDGE_SETTINGS, _("Set up categories and synonyms of the knowledge base"), group),
    )
    reading = (
        *FRONT, "underwriter", "quality_inspector", "marketing_planner", "intermediary_manager", "analyst",
        "management", "compliance", "auditor", "outsourced_caller",
    )  # fmt: skip
    writing = (
        "shift_leader", "contact_centre_director", "complaint_handler", "policy_clerk", "claims_handler", "compliance",
        "underwriter",
    )  # fmt: skip
    grants = _merged(
        (reading, {KNOWLEDGE}),
        (writing, {KNOWLEDGE_WRITE}),
        (("contact_centre_director", "compliance"), {KNOWLEDGE_APPROVE}),
        (("contact_centre_director",), {KNOWLEDGE_SETTINGS}),
    )
    role_grants.add(RoleGrants("service-knowledge", grants))


def _register_improvement() -> None:
    """Handlers and leaders improve; director, compliance and management judge the effect; all of service votes."""
    group = _("Service improvement")
    describe(
        Permission(IMPROVEMENT, _("See improvement items and monthly reviews"), group),
        Permission(IMPROVEMENT_WORK, _("Enter improvement items, work on them and measure them"), group),
        Permission(IMPROVEMENT_REVIEW, _("Judge improvement and write the minutes"), group, sensitive=True),
        Permission(STAR, _("Nominate and vote for the service star"), group),
    )
    working = (
        "shift_leader", "contact_centre_director", "complaint_handler", "policy_clerk", "claims_handler", "compliance",
        "quality_inspector",
    )  # fmt: skip
    grants = _merged(
        ((*working, "contact_centre", "management", "analyst", "auditor"), {IMPROVEMENT}),
        (working, {IMPROVEMENT_WORK}),
        (("contact_centre_director", "compliance", "management"), {IMPROVEMENT_REVIEW}),
        ((*FRONT, "quality_inspector", "management"), {STAR}),
    )
    role_grants.add(RoleGrants("service-improvement", grants))


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


def _register_chat(group: object) -> None:
    """Web chat: representatives serve, their leaders watch and take over, quality and compliance read (SRV-5)."""
    describe(
        Permission(CHAT_VIEW, _("Read conversations of web chat"), group),
        Permission(CHAT_SERVE, _("Chat with customers"), group),
        Permission(
            CHAT_SUPERVISE, _("Watch, whisper into and take over conversations of others"), group, sensitive=True
        ),
    )
    serving = frozenset({CHAT_VIEW, CHAT_SERVE})
    leading = serving | {CHAT_SUPERVISE}
    grants = {
        **dict.fromkeys(("contact_centre", "complaint_handler"), serving),
        **dict.fromkeys(("shift_leader", "contact_centre_director"), leading),
        **dict.fromkeys(("quality_inspector", "compliance"), frozenset({CHAT_VIEW})),
    }
    role_grants.add(RoleGrants("service-chat", grants))
