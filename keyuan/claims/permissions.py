"""Permissions of the claims' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "claims.view"
IMPORT = "claims.import"

#: Who brings in books of other systems.
IMPORTERS = ("policy_clerk", "customer_resource_manager")


def register() -> None:
    """Put the claims' permissions into the catalogue."""
    group = _("Claims")
    describe(
        Permission(VIEW, _("See claims"), group),
        Permission(IMPORT, _("Import claims"), group, sensitive=True),
    )
    role_grants.add(RoleGrants("claims", {role: frozenset({IMPORT}) for role in IMPORTERS}))
