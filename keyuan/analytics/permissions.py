"""Permissions of the analytics pages, and the default roles that hold them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "analytics.view"
RUN = "analytics.run"
GAPS = "analytics.gaps"
GAP_ASK = "analytics.gap_ask"
GAP_ASSUME = "analytics.gap_assume"

#: Who reads boards and scores: management and those who plan work with customers.
READERS = ("management", "customer_resource_manager", "analyst", "marketing_planner")
#: Who advises customers on their protection: agents, bank advisers, customer managers, the desk.
ADVISERS = ("agent", "telesales", "contact_centre", "customer_resource_manager", "intermediary_manager")


def register() -> None:
    """Put the permissions into the catalogue and hand them to the default roles."""
    group = _("Analytics")
    describe(Permission(VIEW, _("See analyses, runs and models"), group))
    describe(Permission(RUN, _("Start analytic runs and keep models"), group))
    grants = {role: frozenset({VIEW}) for role in READERS}
    grants["analyst"] = frozenset({VIEW, RUN})
    role_grants.add(RoleGrants("analytics", grants))
    _register_gaps(group)


def _register_gaps(group: Any) -> None:
    describe(
        Permission(GAPS, _("See protection gaps of customers"), group),
        Permission(GAP_ASK, _("Ask customers about their protection and work gaps out"), group),
        Permission(GAP_ASSUME, _("Issue assumptions of protection gaps"), group, sensitive=True),
    )
    grants = {role: frozenset({GAPS}) for role in READERS} | {role: frozenset({GAPS, GAP_ASK}) for role in ADVISERS}
    grants["analyst"] = frozenset({GAPS, GAP_ASSUME})
    role_grants.add(RoleGrants("analytics-gaps", grants))
