"""What the book holds of a source: records and sums, counted in the database (PLT-14, reconciliation)."""

from django.db.models import QuerySet, Sum

from keyuan.claims.models import Claim
from keyuan.customers.models import SourceKey
from keyuan.integrations.extensions import Holding, holdings
from keyuan.policies.models import Payment, PolicyKey


def customers_of(source: str) -> tuple[int, dict[str, int]]:
    """Return how many customers a source's keys lead to."""
    return SourceKey.objects.filter(source=source).count(), {}


def policies_of(source: str) -> tuple[int, dict[str, int]]:
    """Return how many policies a source's keys lead to, and their amounts."""
    fields = ("premium", "annual_premium", "sum_insured")
    return _summed(PolicyKey.objects.filter(source=source), {name: f"policy__{name}" for name in fields})


def payments_of(source: str) -> tuple[int, dict[str, int]]:
    """Return the payments with a key of the source, and their amount."""
    return _summed(Payment.objects.filter(source_name=source).exclude(source_key=""), {"amount": "amount"})


def claims_of(source: str) -> tuple[int, dict[str, int]]:
    """Return the claims of the source, and their amounts."""
    names = ("claimed_amount", "paid_amount")
    return _summed(Claim.objects.filter(source_name=source), {name: name for name in names})


def _summed(
    rows: "QuerySet[PolicyKey] | QuerySet[Payment] | QuerySet[Claim]", columns: dict[str, str]
) -> tuple[int, dict[str, int]]:
    sums = rows.aggregate(**{f"sum_{name}": Sum(column) for name, column in columns.items()})
    return rows.count(), {name: sums[f"sum_{name}"] or 0 for name in columns}


def register() -> None:
    """Offer the counts."""
    for key, count in (
        ("customers", customers_of), ("policies", policies_of), ("payments", payments_of), ("claims", claims_of),
    ):  # fmt: skip
        holdings.add(Holding(key, count))
