"""Permissions of the analytics pages, and the default roles that hold them."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "analytics.view"
RUN = "analytics.run"

#: Who reads boards and scores: management and those who plan work with customers.
READERS = ("management", "customer_resource_manager", "analyst", "marketing_planner")


def register() -> None:
    """Put the permissions into the catalogue and hand them to the default roles."""
    group = _("Analytics")
    describe(Permission(VIEW, _("See analyses, runs and models"), group))
    describe(Permission(RUN, _("Start analytic runs and keep models"), group))
    grants = {role: frozenset({VIEW}) for role in READERS}
    grants["analyst"] = frozenset({VIEW, RUN})
    role_grants.add(RoleGrants("analytics", grants))
