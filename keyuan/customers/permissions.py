"""Permissions of the customers' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.catalogue import Permission, describe

VIEW = "customers.view"
CREATE = "customers.create"
EDIT = "customers.edit"
ASSIGN = "customers.assign"
REVEAL = "customers.reveal"
BATCH_QUERY = "customers.batch_query"
WHO_LOOKED = "customers.who_looked"
INTERACT = "customers.interact"
HEALTH = "customers.health"


def register() -> None:
    """Put the customers' permissions into the catalogue."""
    group = _("Customers")
    describe(
        Permission(VIEW, _("See customers"), group),
        Permission(CREATE, _("Enter customers"), group),
        Permission(EDIT, _("Change customers"), group),
        Permission(ASSIGN, _("Assign customers to service people"), group, sensitive=True),
        Permission(REVEAL, _("Reveal sealed fields with a reason"), group, sensitive=True),
        Permission(BATCH_QUERY, _("Look up many customers at once"), group, sensitive=True),
        Permission(WHO_LOOKED, _("See who looked at a customer"), group, sensitive=True),
        Permission(INTERACT, _("Record contacts with customers"), group),
        Permission(HEALTH, _("See health notes"), group, sensitive=True),
    )
