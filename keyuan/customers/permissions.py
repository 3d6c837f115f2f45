"""Permissions of the customers' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
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
SEGMENTS = "customers.segments"
TAG_CATALOGUE = "customers.tag_catalogue"
MERGE = "customers.merge"
MERGE_BULK = "customers.merge_bulk"

#: Who decides likely duplicates, and who merges in bulk and edits the rules.
MERGE_GRANTS = {
    "shift_leader": frozenset({MERGE}),
    "contact_centre_director": frozenset({MERGE}),
    "policy_clerk": frozenset({MERGE}),
    "customer_resource_manager": frozenset({MERGE, MERGE_BULK}),
}


def register() -> None:
    """Put the customers' permissions into the catalogue."""
    group = _("Customers")
    role_grants.add(RoleGrants("customers-merge", MERGE_GRANTS))
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
        Permission(SEGMENTS, _("Build segments of customers"), group),
        Permission(TAG_CATALOGUE, _("Edit the catalogue of tags and its rules"), group, sensitive=True),
        Permission(MERGE, _("Decide likely duplicates, merge and undo"), group, sensitive=True),
        Permission(MERGE_BULK, _("Merge in bulk and set which value wins"), group, sensitive=True),
    )
