"""Reckoning what complaints are counted against, once a night instead of whenever a page is opened (SRV-4, §C.3)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from keyuan.kernel.codes import ProductKind
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.locks import hold
from keyuan.policies.models import Policy, PolicyParty
from keyuan.service.models import ComplaintBase

#: Contracts that are insurance today.
IN_FORCE = ("IN_FORCE", "SUSPENDED")
PROPERTY = (ProductKind.MOTOR, ProductKind.PROPERTY)
PLACE = (*LEVEL_COLUMNS, "sales_channel")
CHUNK = 5_000


def quarter_of(day: date) -> str:
    """Return the name of the quarter in which a day lies."""
    return f"{day.year}-{(day.month - 1) // 3 + 1}"


def reckon(*, today: date, now: datetime) -> int:
    """Reckon the running quarter's bases anew; return how many units and channels have contracts.

    Both reads go over the whole book (4 million contracts: under a minute); the rows are exchanged at once.
    """
    quarter = quarter_of(today)
    contracts = _contracts(today)
    insured = dict(_insured(today))
    with transaction.atomic():
        hold("service:complaint-bases")
        ComplaintBase.objects.filter(quarter=quarter).delete()
        for start in range(0, len(contracts), CHUNK):
            part = contracts[start : start + CHUNK]
            places = {name: [row[at] for row in part] for at, name in enumerate(PLACE)}
            insert(
                ComplaintBase,
                {
                    **places,
                    "servicing_agent_id": Same(None),
                    "quarter": Same(quarter),
                    "premium": [row[-2] or 0 for row in part],
                    "policies": [row[-1] for row in part],
                    "insured": [insured.get(row[: len(PLACE)], 0) for row in part],
                    "reckoned_at": Same(now),
                },
                len(part),
            )
    return len(contracts)


def _contracts(today: date) -> list[tuple[Any, ...]]:
    rows = Policy.objects.filter(status__in=IN_FORCE, effective_on__lte=today).order_by()
    return list(rows.values_list(*PLACE).annotate(premium=Sum("annual_premium"), policies=Count("pk")))


def _insured(today: date) -> Iterable[tuple[tuple[Any, ...], int]]:
    parties = PolicyParty.objects.filter(
        role=PolicyParty.Role.INSURED, policy__status__in=IN_FORCE, policy__effective_on__lte=today
    ).exclude(policy__product__kind__in=PROPERTY)
    names = [f"policy__{name}" for name in PLACE]
    for row in parties.order_by().values_list(*names).annotate(persons=Count("pk")):
        yield row[:-1], row[-1]
