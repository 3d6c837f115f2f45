"""Which other units see a customer because they serve one of the customer's policies (decision 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from keyuan.customers.models import CustomerSummary, SharedCustomer

CHUNK = 500


@dataclass(frozen=True, slots=True)
class ServingPlace:
    """Where a policy is served: the level columns of its unit, its sales channel and its servicing person."""

    head_office_id: int | None = None
    branch_id: int | None = None
    sub_branch_id: int | None = None
    section_id: int | None = None
    team_id: int | None = None
    sales_channel: str = ""
    servicing_agent_id: int | None = None


COLUMNS = tuple(ServingPlace.__dataclass_fields__)


def keep_shares(wanted: Mapping[int, Iterable[ServingPlace]]) -> None:
    """Make the shares of each customer in ``wanted`` what it says, inside the caller's transaction.

    Pass every place that serves a policy in force; those of the customer's own team and person are left out.
    """
    ids = sorted(wanted)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        _keep({pk: wanted[pk] for pk in chunk})


def _keep(wanted: Mapping[int, Iterable[ServingPlace]]) -> None:
    own = {row.pk: (row.team_id, row.servicing_agent_id) for row in CustomerSummary.objects.filter(pk__in=list(wanted))}
    there = {
        (row.customer_id, _place_of(row)): row.pk for row in SharedCustomer.objects.filter(customer_id__in=list(wanted))
    }
    needed = {
        (pk, place)
        for pk, places in wanted.items()
        for place in places
        if (place.team_id, place.servicing_agent_id) != own.get(pk)
    }
    SharedCustomer.objects.filter(pk__in=[row for key, row in there.items() if key not in needed]).delete()
    SharedCustomer.objects.bulk_create(
        SharedCustomer(customer_id=pk, **asdict(place)) for pk, place in sorted(needed - set(there), key=repr)
    )


def _place_of(row: SharedCustomer) -> ServingPlace:
    return ServingPlace(**{column: getattr(row, column) for column in COLUMNS})
