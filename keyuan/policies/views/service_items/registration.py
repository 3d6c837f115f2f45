"""What policy service hangs into the platform and the customer's page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.extensions import MergeReference, Panel, merge_references, panels
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.catalogue import Permission, describe
from keyuan.platform.clocks import ClockKind, clock_kinds
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.extensions import PolicyTab, policy_tabs
from keyuan.policies.models import ServiceRequest
from keyuan.policies.selectors.labels import STEPS
from keyuan.policies.selectors.service_items import access_request, requests_visible_to
from keyuan.policies.selectors.service_items.labels import ITEMS
from keyuan.policies.services.service_items import clocks
from keyuan.policies.services.service_items.recording import SUBJECT
from keyuan.policies.views.service_items.lists import ServiceRequestList
from keyuan.policies.views.service_items.wording import SENTENCES

TAKES_IN = frozenset({permissions.SERVICE_APPLY})
#: Whoever serves customers takes requests in; clerks review; money and rights of weight need head office too.
GRANTS = {
    **dict.fromkeys(
        (
            "agent", "telesales", "contact_centre", "shift_leader", "contact_centre_director", "complaint_handler",
            "claims_handler", "intermediary_manager", "customer_resource_manager",
        ),
        TAKES_IN,
    ),
    "policy_clerk": TAKES_IN | {permissions.SERVICE_REVIEW},
    "management": frozenset({permissions.SERVICE_APPROVE, permissions.SERVICE_LIMITS}),
    "compliance": frozenset({permissions.SERVICE_APPROVE}),
}  # fmt: skip
HELP = (
    (
        "policies:requests",
        _(
            "Requests of policy service within your reach, what is due first. Whoever serves customers takes them in; "
            "policy clerks take them for review, several at once; what weighs is approved by a second person."
        ),
    ),
    (
        "policies:request-create",
        _(
            "Choose the policy, then what changes. The checks beside the form follow what you type. Papers and "
            "agreements are added once the request is taken in."
        ),
    ),
    (
        "policies:request",
        _(
            "Missing papers are asked for once, within 5 working days. The checks are asked again before the effect. "
            "What took effect can be taken back by a reversal: two people, and everything as it was before."
        ),
    ),
    (
        "policies:request-items",
        _("Whether an item is offered, and from which amount a second person approves. A reversal always takes two."),
    ),
)


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
    add_help(HELP)
    lists.add(ServiceRequestList())
    nav_items.add(
        NavItem(
            "policy-service", pgettext_lazy("policy service", "Policy service"), "policies:requests",
            "file-certificate", permissions.VIEW, "customers", 46,
        )
    )  # fmt: skip
    panels.add(
        Panel(
            "policy-service", _("Policy service requests"), "policies:customer-requests", permissions.VIEW, "right", 24,
            "policies",
        )
    )  # fmt: skip
    tab = pgettext_lazy("policy service", "Policy service")
    policy_tabs.add(PolicyTab("service", tab, "policies:policy-requests", permissions.VIEW))
    # A change by policy service stands in the contract's history under the name of its item.
    STEPS.update({f"POS_{code}": word for code, word in ITEMS.items()})
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
