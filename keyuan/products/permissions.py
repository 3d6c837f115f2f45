"""Permissions of the products' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "products.view"
EDIT = "products.edit"
APPROVE = "products.approve"


def register() -> None:
    """Put the products' permissions into the catalogue."""
    group = _("Products")
    describe(
        Permission(VIEW, _("See products"), group),
        Permission(EDIT, _("Change products"), group),
        Permission(APPROVE, _("Put products, rates and packages on sale"), group, sensitive=True),
    )
    role_grants.add(
        RoleGrants("products", {"management": frozenset({EDIT, APPROVE}), "compliance": frozenset({APPROVE})})
    )
