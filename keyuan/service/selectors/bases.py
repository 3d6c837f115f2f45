"""What complaints are counted against: premium, policies and insured persons in force (domain.md §C.3)."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max, Sum

from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors import in_scope
from keyuan.service.models import ComplaintBase


def bases(actor: Actor, quarter: str) -> tuple[Mapping[str, int], datetime | None]:
    """Return premium of a year in minor units, contracts in force and persons insured under life contracts in scope.

    They were reckoned at the moment that is returned with them; None where the quarter was never reckoned.
    """
    rows = ComplaintBase.objects.filter(in_scope(actor), quarter=quarter)
    found = rows.aggregate(
        premium=Sum("premium"), policies=Sum("policies"), insured=Sum("insured"), at=Max("reckoned_at")
    )
    at = found.pop("at")
    return {key: value or 0 for key, value in found.items()}, at
