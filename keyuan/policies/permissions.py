"""Permissions of the policies' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.catalogue import Permission, describe

VIEW = "policies.view"
EDIT = "policies.edit"
TRANSIT = "policies.transit"
CLOCKS = "policies.clocks"


def register() -> None:
    """Put the policies' permissions into the catalogue."""
    group = _("Policies")
    describe(
        Permission(VIEW, _("See policies"), group),
        Permission(EDIT, _("Change policies"), group),
        Permission(TRANSIT, _("Change a policy's status"), group, sensitive=True),
        Permission(CLOCKS, _("See, run and compare the nightly clocks of policies"), group),
    )
