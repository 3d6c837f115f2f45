"""Permissions of the organisation's pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.catalogue import Permission, describe

UNITS_VIEW = "organisation.units"
UNITS_EDIT = "organisation.edit_units"
USERS_VIEW = "organisation.users"
USERS_EDIT = "organisation.edit_users"
ROLES_EDIT = "organisation.edit_roles"
AGENTS_VIEW = "organisation.agents"
API_CLIENTS = "organisation.api_clients"
END_ACCESS = "organisation.end_access"


def register() -> None:
    """Put the organisation's permissions into the catalogue."""
    group = _("Organisation")
    describe(
        Permission(UNITS_VIEW, _("See units"), group),
        Permission(UNITS_EDIT, _("Change the unit tree"), group, sensitive=True),
        Permission(USERS_VIEW, _("See people and posts"), group),
        Permission(USERS_EDIT, _("Change people and posts"), group, sensitive=True),
        Permission(ROLES_EDIT, _("Change roles and permissions"), group, sensitive=True),
        Permission(AGENTS_VIEW, _("See agents"), group),
        Permission(END_ACCESS, _("End the access of leavers"), group, sensitive=True),
        Permission(API_CLIENTS, _("Manage API clients"), group, sensitive=True),
    )
