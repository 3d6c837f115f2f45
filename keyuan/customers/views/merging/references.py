"""What a merge does with our own rows beyond moving them, and what the preview calls them (CUS-8)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import CustomerSummary
from keyuan.customers.services.merging.pairs import PLACE

#: From the smallest unit upwards: the first that a summary names is where the customer is served.
UNITS = ("team_id", "section_id", "sub_branch_id", "branch_id", "head_office_id")


def place_of(summary: CustomerSummary) -> dict[str, Any]:
    """Return the scope columns that the timeline of a customer carries."""
    return {name: getattr(summary, name) for name in PLACE}


def desk_of(summary: CustomerSummary) -> dict[str, Any]:
    """Return whose open tasks a customer's are."""
    unit = next((getattr(summary, name) for name in UNITS if getattr(summary, name)), None)
    return {"agent_id": summary.servicing_agent_id, "unit_id": unit}


FILL_PROFILE = dict.fromkeys(
    (
        "uscc", "legal_representative", "founded_on", "business_scope", "registered_capital", "industry", "size",
        "employees", "service_roles",
    ),
    "fill",
)  # fmt: skip

#: Reference → what `MergeReference` takes besides model, field and rule.
DETAILS: dict[str, dict[str, Any]] = {
    "customers.Assignment.customer": {"label": _("Service history")},
    "customers.BankAccount.customer": {"label": _("Accounts")},
    "customers.ClassChange.customer": {"noted": True},
    "customers.ContactPoint.customer": {"label": _("Contact data")},
    "customers.CustomerTag.customer": {
        "label": _("Tags"),
        "combine": {"confidence_bp": "max", "expires_on": "max", "explanation": "fill"},
    },
    "customers.Feedback.customer": {"label": _("Feedback")},
    "customers.Household.head": {"label": _("Households headed")},
    "customers.HouseholdMember.customer": {"label": _("Places in households"), "alone": {"left_on__isnull": True}},
    "customers.IdentityDocument.customer": {"label": _("Documents")},
    "customers.Interaction.customer": {"label": _("Contacts had"), "stamp": place_of},
    "customers.LifeEvent.customer": {"label": _("Life events")},
    "customers.Need.customer": {"label": _("Needs")},
    "customers.OrganisationProfile.customer": {"combine": FILL_PROFILE},
    "customers.OrganisationYear.customer": {
        "combine": dict.fromkeys(("revenue", "profit", "employees", "note"), "fill")
    },
    "customers.OtherCover.customer": {"label": _("Cover elsewhere")},
    "customers.Relation.customer": {"label": _("Relations"), "apart": "other"},
    "customers.Relation.other": {"label": _("Relations of others"), "apart": "customer"},
    "customers.SourceKey.customer": {"label": _("Keys of sources")},
    "customers.Task.customer": {
        "label": _("Tasks"),
        "stamp": desk_of,
        "stamped": {"status": "OPEN", "agent_id__isnull": False},
    },
}
