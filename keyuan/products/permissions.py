"""Permissions of the products' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.catalogue import Permission, describe

VIEW = "products.view"
EDIT = "products.edit"


def register() -> None:
    """Put the products' permissions into the catalogue."""
    group = _("Products")
    describe(
        Permission(VIEW, _("See products"), group),
        Permission(EDIT, _("Change products"), group),
    )
