"""Permissions of the claims' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.catalogue import Permission, describe

VIEW = "claims.view"


def register() -> None:
    """Put the claims' permissions into the catalogue."""
    describe(Permission(VIEW, _("See claims"), _("Claims")))
