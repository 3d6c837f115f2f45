"""What the mart knows of customers: one row each, their labels, and every contact with them (decision 21).

Names, numbers of documents, phones and addresses stay in the book: what is found here is shown from there.
"""

from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from keyuan.customers.models import HAS, Customer, CustomerSummary, CustomerTag, Interaction
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Extract, extracts

#: Columns of the summary that go into the mart under their own names.
SUMMARY = (
    "customer_no", "kind", "sex", "birth_on", "birth_md", "region_code", "tier", "is_policyholder", "activity", "state",
    "has_contact", "is_orphan", "policies_in_force", "policies_total", "annual_premium", "next_due_on",
    "next_due_amount", "grace_until", "last_contact_on", "last_purchase_on", "open_claims", "open_items", "opened_on",
    "sales_channel", "servicing_agent_id", *LEVEL_COLUMNS, "class_code", "matures_on", "lapsed_on", "claim_on",
    "appointment_on", "largest_premium", "service_kind", "touch_point", "is_near_vip", "is_mass_line",
)  # fmt: skip
#: The axes of CUS-5 that have no column of their own in the summary, or one in which the common value is NULL.
AXES = ("standing", "service", "contact", "touch", "near_vip", "mass_line", "long_term")
#: What the last night reckoned (ANA-2).
SCORES = ("value_group", "value_tier", "abc", "lifetime_value", "recency", "frequency", "monetary", "cluster")
#: Columns of the archive's head.
ARCHIVE = (
    "prospect_source", "occupation_class", "education", "marriage", "language", "preferred_contact", "risk_appetite",
)  # fmt: skip


def _customers() -> QuerySet[Any]:
    rows = CustomerSummary.objects.exclude(customer__status=Customer.Status.MERGED)
    return rows.annotate(
        standing=_word(Q(is_policyholder=True), "POLICYHOLDER", "PROSPECT"),
        service=Coalesce("service_kind", Value("SERVED")),
        contact=_word(Q(has_contact=True), "WITH", "WITHOUT"),
        touch=Coalesce("touch_point", Value("NONE")),
        near_vip=Coalesce("is_near_vip", Value(value=False)),
        mass_line=Coalesce("is_mass_line", Value(value=False)),
        long_term=Coalesce("has_long_term", Value(value=False)),
    )


def _word(condition: Q, yes: str, no: str) -> Case:
    return Case(When(condition, then=Value(yes)), default=Value(no), output_field=CharField())


def register() -> None:
    """Give the customers' tables to the mart."""
    own = {"customer_id": "customer_id"} | {name: name for name in (*SUMMARY, *AXES)}
    own |= {f"quality_{name}": f"customer__quality__{name}" for name in ("score", "level")}
    own |= {column: f"customer__quality__{column}" for column in HAS.values()}
    own |= {name: f"customer__score__{name}" for name in SCORES}
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
