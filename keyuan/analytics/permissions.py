"""Permissions of the analytics pages, and the default roles that hold them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe
from keyuan.platform.permissions import IMPORT_RUN

VIEW = "analytics.view"
RUN = "analytics.run"
GAPS = "analytics.gaps"
GAP_ASK = "analytics.gap_ask"
GAP_ASSUME = "analytics.gap_assume"
OFFERS = "analytics.offers"
OFFER_WORK = "analytics.offer_work"
MODELS_APPROVE = "analytics.models_approve"
OBJECTIONS = "analytics.objections"
BOARDS = "analytics.boards"
KPI_SET = "analytics.kpi_set"
STAFFING = "analytics.staffing"
CHURN = "analytics.churn"

#: Who reads boards and scores: management and those who plan work with customers.
READERS = ("management", "customer_resource_manager", "analyst", "marketing_planner")
#: Who sees the figures of a board besides: those who lead service and intermediaries, and who handles complaints.
BOARD_READERS = (*READERS, "contact_centre_director", "shift_leader", "complaint_handler", "intermediary_manager")
#: Who advises customers on their protection: agents, bank advisers, customer managers, the desk.
ADVISERS = ("agent", "telesales", "contact_centre", "customer_resource_manager", "intermediary_manager")
#: Who decides which model scores the book; never whoever proposed it.
APPROVERS = ("management", "compliance")
#: Who plans the staff of the contact centre.
PLANNERS = ("contact_centre_director", "shift_leader", "analyst", "management")
#: Whom customers tell that they do not want to be judged by programs: whoever serves them, and compliance.
LISTENERS = (
    "agent", "telesales", "contact_centre", "shift_leader", "contact_centre_director", "complaint_handler",
    "policy_clerk", "customer_resource_manager", "intermediary_manager", "compliance",
)  # fmt: skip


def register() -> None:
    """Put the permissions into the catalogue and hand them to the default roles."""
    group = _("Analytics")
    describe(Permission(VIEW, _("See analyses, runs and models"), group))
    describe(Permission(RUN, _("Start analytic runs and keep models"), group))
    grants = {role: frozenset({VIEW}) for role in READERS}
    # Figures from outside come by the import; of its targets the analyst may use this one alone.
    grants["analyst"] = frozenset({VIEW, RUN, IMPORT_RUN})
    role_grants.add(RoleGrants("analytics", grants))
    _register_gaps(group)
    _register_boards(group)
    _register_offers(group)
    _register_models(group)
    _register_churn(group)


def _register_boards(group: Any) -> None:
    describe(
        Permission(BOARDS, _("See boards and indicators"), group),
        Permission(KPI_SET, _("Set targets, who answers for them, and the plan"), group, sensitive=True),
    )
    grants = {role: frozenset({BOARDS}) for role in BOARD_READERS} | {"management": frozenset({BOARDS, KPI_SET})}
    role_grants.add(RoleGrants("analytics-boards", grants))


def _register_gaps(group: Any) -> None:
    describe(
        Permission(GAPS, _("See protection gaps of customers"), group),
        Permission(GAP_ASK, _("Ask customers about their protection and work gaps out"), group),
        Permission(GAP_ASSUME, _("Issue assumptions of protection gaps"), group, sensitive=True),
    )
    grants = {role: frozenset({GAPS}) for role in READERS} | {role: frozenset({GAPS, GAP_ASK}) for role in ADVISERS}
    grants["analyst"] = frozenset({GAPS, GAP_ASSUME})
    role_grants.add(RoleGrants("analytics-gaps", grants))


def _register_models(group: Any) -> None:
    describe(
        Permission(MODELS_APPROVE, _("Decide which version of a model scores customers"), group, sensitive=True),
        Permission(OBJECTIONS, _("Explain automated decisions to customers and note objections"), group),
    )
    describe(Permission(STAFFING, _("Forecast calls and plan the staff they need"), group))
    role_grants.add(RoleGrants("analytics-staffing", {role: frozenset({STAFFING}) for role in PLANNERS}))
    role_grants.add(RoleGrants("analytics-models", {role: frozenset({VIEW, MODELS_APPROVE}) for role in APPROVERS}))
    role_grants.add(RoleGrants("analytics-objections", {role: frozenset({OBJECTIONS}) for role in LISTENERS}))


def _register_churn(group: Any) -> None:
    describe(Permission(CHURN, _("See which customers may leave, and why"), group))
    roles = dict.fromkeys((*READERS, *ADVISERS))
    role_grants.add(RoleGrants("analytics-churn", {role: frozenset({CHURN}) for role in roles}))


def _register_offers(group: Any) -> None:
    """Offers are for those who serve and plan in the house; callers of suppliers work their own lists (ANA-7)."""
    describe(
        Permission(OFFERS, _("See next best offers"), group),
        Permission(OFFER_WORK, _("Work next best offers: tasks, answers of customers"), group),
    )
    grants = {role: frozenset({OFFERS}) for role in READERS}
    role_grants.add(
        RoleGrants("analytics-offers", grants | {role: frozenset({OFFERS, OFFER_WORK}) for role in ADVISERS})
    )
