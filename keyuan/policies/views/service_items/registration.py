"""What policy service hangs into the platform and the customer's page."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, merge_references
from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe
from keyuan.policies import permissions

TAKES_IN = frozenset({permissions.SERVICE_APPLY})
#: Whoever serves customers takes requests in; clerks review; money and rights of weight need head office too.
GRANTS = {
    **dict.fromkeys(
        (
            "agent", "telesales", "contact_centre", "shift_leader", "complaint_handler", "intermediary_manager",
            "customer_resource_manager",
        ),
        TAKES_IN,
    ),
    "policy_clerk": TAKES_IN | {permissions.SERVICE_REVIEW},
    "management": frozenset({permissions.SERVICE_APPROVE, permissions.SERVICE_LIMITS}),
    "compliance": frozenset({permissions.SERVICE_APPROVE}),
}  # fmt: skip


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    group = _("Policies")
    describe(
        Permission(permissions.SERVICE_APPLY, _("Take in policy service requests"), group),
        Permission(permissions.SERVICE_REVIEW, _("Review policy service requests"), group, sensitive=True),
        Permission(permissions.SERVICE_APPROVE, _("Approve policy service requests"), group, sensitive=True),
        Permission(permissions.SERVICE_LIMITS, _("Set limits of policy service"), group, sensitive=True),
    )
    role_grants.add(RoleGrants("policies-service", GRANTS))
    for key, model, field, label in (
        ("request-customer", "policies.ServiceRequest", "customer", _("Policy service requests")),
        ("request-applicant", "policies.ServiceRequest", "applicant", _("Policy service requests")),
        ("request-party", "policies.RequestParty", "customer", _("Roles in policy service requests")),
    ):
        merge_references.add(MergeReference(key, model, field, label=label))
