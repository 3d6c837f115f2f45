"""Permissions of the connectors' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "integrations.view"
MANAGE = "integrations.manage"
RELEASE = "integrations.release"


def register() -> None:
    """Put the permissions into the catalogue and give them to the default roles that need them."""
    group = _("Connectors")
    describe(
        Permission(VIEW, _("See connectors and their reconciliation"), group),
        Permission(MANAGE, _("Set up, pause and run connectors"), group, sensitive=True),
        Permission(RELEASE, _("Release or reject deliveries in quarantine"), group, sensitive=True),
    )
    every = frozenset({VIEW, MANAGE, RELEASE})
    look = frozenset({VIEW})
    role_grants.add(
        RoleGrants("integrations", {"administrator": every, "management": look, "compliance": look, "auditor": look})
    )
