"""Permissions of the customers' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.organisation.permissions import END_ACCESS
from keyuan.platform.catalogue import Permission, describe

VIEW = "customers.view"
CREATE = "customers.create"
EDIT = "customers.edit"
ASSIGN = "customers.assign"
REVEAL = "customers.reveal"
BATCH_QUERY = "customers.batch_query"
WHO_LOOKED = "customers.who_looked"
INTERACT = "customers.interact"
HEALTH = "customers.health"
SEGMENTS = "customers.segments"
TAG_CATALOGUE = "customers.tag_catalogue"
MERGE = "customers.merge"
MERGE_BULK = "customers.merge_bulk"
TASK_RULES = "customers.task_rules"
TEAM_TASKS = "customers.team_tasks"
STANDARDS = "customers.standards"
EXCEPTION_ASK = "customers.exception_ask"
EXCEPTION_DECIDE = "customers.exception_decide"
KEY_ACCOUNTS = "customers.key_accounts"
WATCH_VIEW = "customers.watch_view"
WATCH_PROPOSE = "customers.watch_propose"
WATCH_DECIDE = "customers.watch_decide"

SUPERVISE = frozenset({TEAM_TASKS, EXCEPTION_ASK})
#: What the default roles have of tasks, standards, key accounts and the watch list.
WORK_GRANTS = {
    "agent": frozenset({EXCEPTION_ASK}),
    "telesales": frozenset({EXCEPTION_ASK}),
    "contact_centre": frozenset({EXCEPTION_ASK}),
    "shift_leader": SUPERVISE,
    "contact_centre_director": SUPERVISE | {EXCEPTION_DECIDE},
    "intermediary_manager": SUPERVISE,
    "policy_clerk": frozenset({EXCEPTION_ASK, WATCH_VIEW}),
    "claims_handler": frozenset({EXCEPTION_ASK, WATCH_VIEW, WATCH_PROPOSE}),
    "customer_resource_manager": SUPERVISE
    | {TASK_RULES, STANDARDS, EXCEPTION_DECIDE, KEY_ACCOUNTS, WATCH_VIEW, WATCH_PROPOSE},
    "management": frozenset({TEAM_TASKS, EXCEPTION_ASK, EXCEPTION_DECIDE, WATCH_VIEW, WATCH_DECIDE}),
    "compliance": frozenset({WATCH_VIEW, WATCH_PROPOSE, WATCH_DECIDE}),
}

#: Who decides likely duplicates, and who merges in bulk and edits the rules.
MERGE_GRANTS = {
    "shift_leader": frozenset({MERGE}),
    "contact_centre_director": frozenset({MERGE}),
    "policy_clerk": frozenset({MERGE}),
    "customer_resource_manager": frozenset({MERGE, MERGE_BULK}),
}
ORPHANS = "customers.orphans"
ALLOCATE = "customers.allocate"
ALLOCATION_RULES = "customers.allocation_rules"
RECEIVE = "customers.receive"
HANDOVER = "customers.handover"
HANDOVER_REPORTS = "customers.handover_reports"
#: Who finds owners for customers without one, who answers for a unit, who hands over a leaver's work.
ASSIGNMENT_GRANTS = {
    "customer_resource_manager": frozenset(
        {ORPHANS, ALLOCATE, ALLOCATION_RULES, RECEIVE, HANDOVER, HANDOVER_REPORTS, END_ACCESS}
    ),
    "contact_centre_director": frozenset({ORPHANS, RECEIVE, HANDOVER_REPORTS}),
    "shift_leader": frozenset({ORPHANS}),
    "intermediary_manager": frozenset({ORPHANS, RECEIVE}),
    "management": frozenset({ORPHANS, HANDOVER_REPORTS}),
    "compliance": frozenset({ORPHANS, HANDOVER_REPORTS}),
}
CLASS_BOARD = "customers.class_board"
CLASS_RULES = "customers.class_rules"
#: Who sees how the book is classified, and who sets the thresholds (CUS-5).
CLASS_GRANTS = {
    "customer_resource_manager": frozenset({CLASS_BOARD, CLASS_RULES}),
    "management": frozenset({CLASS_BOARD, CLASS_RULES}),
    "marketing_planner": frozenset({CLASS_BOARD}),
    "analyst": frozenset({CLASS_BOARD}),
    "intermediary_manager": frozenset({CLASS_BOARD}),
    "contact_centre_director": frozenset({CLASS_BOARD}),
}

SCORES = "customers.scores"
#: Who sees what a customer is worth: everybody who serves or judges them in the house, no caller of a supplier (ANA-2).
SCORE_GRANTS = dict.fromkeys(
    (
        "agent", "telesales", "contact_centre", "shift_leader", "contact_centre_director", "complaint_handler",
        "quality_inspector", "policy_clerk", "underwriter", "claims_handler", "customer_resource_manager",
        "marketing_planner", "intermediary_manager", "analyst", "management", "compliance",
    ),
    frozenset({SCORES}),
)  # fmt: skip

QUALITY = "customers.quality"
QUALITY_TASKS = "customers.quality_tasks"
QUALITY_RULES = "customers.quality_rules"
CLEANSERS = frozenset({QUALITY, QUALITY_TASKS})
#: Who sees the quality of records, who has them put right, who sets the weights (CUS-11).
QUALITY_GRANTS = {
    "agent": frozenset({QUALITY}),
    "telesales": frozenset({QUALITY}),
    "contact_centre": frozenset({QUALITY}),
    "shift_leader": CLEANSERS,
    "contact_centre_director": CLEANSERS,
    "intermediary_manager": CLEANSERS,
    "policy_clerk": CLEANSERS,
    "customer_resource_manager": CLEANSERS | {QUALITY_RULES},
    "management": frozenset({QUALITY, QUALITY_RULES}),
    "marketing_planner": frozenset({QUALITY}),
    "analyst": frozenset({QUALITY}),
    "compliance": frozenset({QUALITY}),
}


def register() -> None:
    """Put the customers' permissions into the catalogue."""
    role_grants.add(RoleGrants("customers-quality", QUALITY_GRANTS))
    role_grants.add(RoleGrants("customers-scores", SCORE_GRANTS))
    role_grants.add(RoleGrants("customers-classification", CLASS_GRANTS))
    role_grants.add(RoleGrants("customers-assignment", ASSIGNMENT_GRANTS))
    role_grants.add(RoleGrants("customers-work", WORK_GRANTS))
    group = _("Customers")
    role_grants.add(RoleGrants("customers-merge", MERGE_GRANTS))
    describe(
        Permission(VIEW, _("See customers"), group),
        Permission(CREATE, _("Enter customers"), group),
        Permission(EDIT, _("Change customers"), group),
        Permission(ASSIGN, _("Assign customers to service people"), group, sensitive=True),
        Permission(REVEAL, _("Reveal sealed fields with a reason"), group, sensitive=True),
        Permission(BATCH_QUERY, _("Look up many customers at once"), group, sensitive=True),
        Permission(WHO_LOOKED, _("See who looked at a customer"), group, sensitive=True),
        Permission(INTERACT, _("Record contacts with customers"), group),
        Permission(HEALTH, _("See health notes"), group, sensitive=True),
        Permission(SEGMENTS, _("Build segments of customers"), group),
        Permission(TAG_CATALOGUE, _("Edit the catalogue of tags and its rules"), group, sensitive=True),
        Permission(MERGE, _("Decide likely duplicates, merge and undo"), group, sensitive=True),
        Permission(MERGE_BULK, _("Merge in bulk and set which value wins"), group, sensitive=True),
        Permission(TASK_RULES, _("Edit the rules that make tasks"), group),
        Permission(TEAM_TASKS, _("Supervise the tasks of others"), group),
        Permission(STANDARDS, _("Edit service standards and tiers"), group),
        Permission(EXCEPTION_ASK, _("Ask for exceptions from the service standard"), group),
        Permission(EXCEPTION_DECIDE, _("Decide exceptions from the service standard"), group),
        Permission(KEY_ACCOUNTS, _("Manage key accounts"), group),
        Permission(WATCH_VIEW, _("See the claims watch list"), group, sensitive=True),
        Permission(WATCH_PROPOSE, _("Propose customers for the claims watch list"), group, sensitive=True),
        Permission(WATCH_DECIDE, _("Decide the claims watch list and appeals"), group, sensitive=True),
        Permission(CLASS_BOARD, _("See the classification board"), group),
        Permission(CLASS_RULES, _("Set the thresholds of classification"), group, sensitive=True),
        Permission(SCORES, _("See what customers are worth"), group),
        Permission(QUALITY, _("See the quality of customer records"), group),
        Permission(QUALITY_TASKS, _("Make cleansing tasks for many records"), group),
        Permission(QUALITY_RULES, _("Set the weights of data quality"), group, sensitive=True),
        Permission(ORPHANS, _("See customers without a service person"), group),
        Permission(ALLOCATE, _("Allocate customers in bulk and take it back"), group, sensitive=True),
        Permission(ALLOCATION_RULES, _("Edit the rules of allocation"), group, sensitive=True),
        Permission(RECEIVE, _("Accept or return allocated customers"), group, sensitive=True),
        Permission(HANDOVER, _("Hand over what a leaver held, and end their access"), group, sensitive=True),
        Permission(HANDOVER_REPORTS, _("Read the reports of hand-overs"), group, sensitive=True),
    )
