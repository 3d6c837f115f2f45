"""What complaints are counted against: premium and policies in force (domain.md §C.3)."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Sum

from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import Policy

#: Contracts that are insurance today.
IN_FORCE = ("IN_FORCE", "SUSPENDED")


def bases(actor: Actor, until: date) -> Mapping[str, int]:
    """Return premium of a year in minor units and number of contracts in force in scope that began before a day.

    It reads every contract in scope, so that pages ask for it only where somebody wants the ratios.
    """
    rows = Policy.objects.filter(in_scope(actor), status__in=IN_FORCE, effective_on__lt=until).order_by()
    found = rows.aggregate(premium=Sum("annual_premium"), policies=Count("pk"))
    return {"premium": found["premium"] or 0, "policies": found["policies"]}
