"""Permissions of the policies' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "policies.view"
EDIT = "policies.edit"
TRANSIT = "policies.transit"
APPLY = "policies.apply"
UNDERWRITE = "policies.underwrite"
CLOCKS = "policies.clocks"
#: The nights are the business of head office; administrators touch nothing of contracts.
CLOCK_GRANTS = {role: frozenset({CLOCKS}) for role in ("policy_clerk", "management", "compliance")}


def register() -> None:
    """Put the policies' permissions into the catalogue."""
    role_grants.add(RoleGrants("policies-clocks", CLOCK_GRANTS))
    group = _("Policies")
    describe(
        Permission(VIEW, _("See policies"), group),
        Permission(EDIT, _("Change policies"), group),
        Permission(TRANSIT, _("Change a policy's status"), group, sensitive=True),
        Permission(APPLY, _("Enter applications and proposals"), group),
        Permission(UNDERWRITE, _("Underwrite applications"), group, sensitive=True),
        Permission(CLOCKS, _("See, run and compare the nightly clocks of policies"), group),
    )
