"""What policy service hangs into the platform and the customer's page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.extensions import MergeReference, merge_references
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.catalogue import Permission, describe
from keyuan.platform.clocks import ClockKind, clock_kinds
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.models import ServiceRequest
from keyuan.policies.selectors.service_items import access_request, requests_visible_to
from keyuan.policies.services.service_items import clocks
from keyuan.policies.services.service_items.recording import SUBJECT
from keyuan.policies.views.service_items.wording import SENTENCES

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
    add_sentences(SENTENCES)
    name_programs({"policy service": pgettext_lazy("policy service", "Policy service")})
    number_series.add(NumberSeries("policy_service", "B", 11))
    clock_kinds.add(ClockKind(SUBJECT, clocks.announce, clocks.follow))
    subject_kinds.add(SubjectKind(SUBJECT, _("Policy service request"), labels, address, access))
    for key, model, field, label in (
        ("request-customer", "policies.ServiceRequest", "customer", _("Policy service requests")),
        ("request-applicant", "policies.ServiceRequest", "applicant", _("Policy service requests")),
        ("request-party", "policies.RequestParty", "customer", _("Roles in policy service requests")),
    ):
        merge_references.add(MergeReference(key, model, field, label=label))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name requests by their number, those out of reach left out."""
    return dict(requests_visible_to(actor).filter(pk__in=ids).values_list("pk", "request_no"))


def address(request_id: int) -> str:
    """Return the page of a request."""
    return reverse("policies:request", args=[request_id])


def access(actor: Actor, request_id: int) -> ServiceRequest:
    """Return the request; raises NotFound out of reach."""
    return access_request(actor, request_id)
