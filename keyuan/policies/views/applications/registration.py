"""What new business hangs into the platform and the customer's page: list, panel, references, words, job."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.extensions import MergeReference, Panel, merge_references, panels
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.models import Application
from keyuan.policies.selectors.applications import access_application, applications_visible_to
from keyuan.policies.views.applications.lists import ApplicationList
from keyuan.policies.views.applications.wording import SENTENCES

APPLIES = frozenset({permissions.APPLY})
GRANTS = {
    "agent": APPLIES,
    "telesales": APPLIES,
    "intermediary_manager": APPLIES,
    "customer_resource_manager": APPLIES,
    "policy_clerk": APPLIES,
    "underwriter": frozenset({permissions.UNDERWRITE}),
}
HELP = (
    (
        "policies:application-list",
        _(
            "Applications within your reach, what is due first. A row opens the case: what is missing, suitability, "
            "declaration, underwriting and papers. Whoever entered an application does not underwrite it."
        ),
    ),
    (
        "policies:application-detail",
        _(
            "Hand in once nothing is missing. Underwriting checks within 5 working days, concludes within 15; stale "
            "applications are cancelled at night. Health answers are sealed: opening them asks for a reason. A premium "
            "recorded wrongly is taken back the same day by somebody else."
        ),
    ),
)


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    add_sentences(SENTENCES)
    add_help(HELP)
    number_series.add(NumberSeries("application", "T", 11))
    role_grants.add(RoleGrants("policies-applications", GRANTS))
    lists.add(ApplicationList())
    nav_items.add(
        NavItem(
            "applications", _("Applications"), "policies:application-list", "clipboard-list", permissions.VIEW,
            "customers", 45,
        )
    )  # fmt: skip
    panels.add(
        Panel(
            "applications",
            _("Applications"),
            "policies:customer-applications",
            permissions.VIEW,
            "right",
            22,
            "policies",
        )
    )
    for key, model, field, label in (
        ("application-holder", "policies.Application", "holder", _("Applications")),
        ("application-insured", "policies.Application", "insured", _("Applications")),
        ("application-beneficiary", "policies.ApplicationBeneficiary", "customer", _("Roles in applications")),
        ("proposal-customer", "policies.Proposal", "customer", _("Proposals")),
    ):
        merge_references.add(MergeReference(key, model, field, label=label))
    subject_kinds.add(SubjectKind("application", pgettext_lazy("document", "Application"), labels, address, access))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name applications by their number, those out of reach left out."""
    return dict(applications_visible_to(actor).filter(pk__in=ids).values_list("pk", "application_no"))


def address(application_id: int) -> str:
    """Return the page of an application."""
    return reverse("policies:application-detail", args=[application_id])


def access(actor: Actor, application_id: int) -> Application:
    """Return the application; raises NotFound out of reach."""
    return access_application(actor, application_id)
