"""Permissions of the API's own pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

WEBHOOKS = "api.webhooks"


def register() -> None:
    """Put the permissions into the catalogue and give them to administrators."""
    describe(Permission(WEBHOOKS, _("Send events to other systems"), _("Organisation"), sensitive=True))
    role_grants.add(RoleGrants("api", {"administrator": frozenset({WEBHOOKS})}))
