"""What the mart knows of customers: one row each, their labels, and every contact with them (decision 21).

Names, numbers of documents, phones and addresses stay in the book: what is found here is shown from there.
"""

from typing import Any

from django.db.models import QuerySet

from keyuan.customers.models import Customer, CustomerSummary, CustomerTag, Interaction
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Extract, extracts

#: Columns of the summary that go into the mart under their own names.
SUMMARY = (
    "customer_no", "kind", "sex", "birth_on", "birth_md", "region_code", "tier", "is_policyholder", "activity", "state",
    "has_contact", "is_orphan", "policies_in_force", "policies_total", "annual_premium", "next_due_on",
    "next_due_amount", "grace_until", "last_contact_on", "last_purchase_on", "open_claims", "open_items", "opened_on",
    "sales_channel", "servicing_agent_id", *LEVEL_COLUMNS,
)  # fmt: skip
#: Columns of the archive's head.
ARCHIVE = (
    "prospect_source", "occupation_class", "education", "marriage", "language", "preferred_contact", "risk_appetite",
)  # fmt: skip


def _customers() -> QuerySet[Any]:
    return CustomerSummary.objects.exclude(customer__status=Customer.Status.MERGED)


def register() -> None:
    """Give the customers' tables to the mart."""
    own = {"customer_id": "customer_id"} | {name: name for name in SUMMARY}
    extracts.add(Extract("customers", _customers, own | {name: f"customer__{name}" for name in ARCHIVE}))
    extracts.add(
        Extract(
            "customer_tags",
            CustomerTag.objects.all,
            {
                "customer_id": "customer_id",
                "tag": "tag__code",
                "family": "tag__family",
                "source": "source",
                "confidence_bp": "confidence_bp",
                "expires_on": "expires_on",
                "created_at": "created_at",
            },
        )
    )
    extracts.add(
        Extract(
            "interactions",
            Interaction.objects.all,
            {
                name: name
                for name in ("customer_id", "occurred_at", "kind", "direction", "purpose", "outcome", "seconds")
            },
        )
    )
