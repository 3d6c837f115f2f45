"""What is settled for the values of contracts: in force, proposed, and before (POL-5, GK)."""

from django.db.models import QuerySet

from keyuan.policies.models import ValueRules
from keyuan.policies.rules.values.defaults import Terms

#: Columns of a settlement that the rules look at.
NAMES = tuple(Terms.__dataclass_fields__)
SHOWN = 20


def terms_in_force() -> Terms:
    """Return the terms released last; the defaults where nobody has settled any."""
    row = released().first()
    return Terms() if row is None else terms_of(row)


def terms_of(row: ValueRules) -> Terms:
    """Return a settlement as the rules see it."""
    values = {name: getattr(row, name) for name in NAMES}
    values["fallback_bp"] = tuple(row.fallback_bp)
    values["term_cost"] = tuple((age, cost) for age, cost in row.term_cost)
    return Terms(**values)


def released() -> QuerySet[ValueRules]:
    """Return the settlements that were ever in force, the present one first."""
    return ValueRules.objects.filter(released_at__isnull=False).order_by("-released_at", "-pk")


def proposed() -> ValueRules | None:
    """Return the settlement that waits for another person, where there is one."""
    return ValueRules.objects.filter(released_at__isnull=True).order_by("-pk").first()
