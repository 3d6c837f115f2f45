"""Writing scores that came back from the night: new ones inserted, changed ones written, strays taken away (ANA-2)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from keyuan.customers.models import Customer, CustomerScore, CustomerSummary
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.imports.bulk import Same, insert, update

#: What the night says; place and day are ours.
SAID = (
    "line", "recency", "frequency", "monetary", "contact", "value_group", "abc", "value_tier", "lifetime_value",
    "premium", "contracts", "bought", "last_bought_on", "last_contact_on", "active_from", "active_until", "cluster",
)  # fmt: skip
#: Where a row stands: it follows the customer.
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
#: Rows of one transaction (≤ 100 ms of the writer's lock).
WRITE = 2000
Columns = Mapping[str, Sequence[Any]]


def write_scores(ids: Sequence[int], columns: Columns, day: date) -> int:
    """Write the scores of ``ids`` (≤ 2,000), given by column of `SAID`, in a transaction; return how many rows.

    Whoever died, was merged or erased since the night's copy is left out; the place is the customer's own of this
    moment.
    """
    with transaction.atomic():
        places = _places(ids)
        known = set(CustomerScore.objects.filter(pk__in=ids).values_list("pk", flat=True))
        living = [at for at, pk in enumerate(ids) if pk in places]
        old = [at for at in living if ids[at] in known]
        new = [at for at in living if ids[at] not in known]
        rows = {"customer_id": [ids[at] for at in new], **_at(new, ids, columns, places)}
        insert(CustomerScore, {**rows, "scored_on": Same(day)}, len(new))
        changed: dict[str, Any] = {**_at(old, ids, columns, places), "scored_on": Same(day)}
        update(CustomerScore, [ids[at] for at in old], changed)
    return len(living)


def _places(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    rows = CustomerSummary.objects.filter(pk__in=ids, customer__status=Customer.Status.ACTIVE)
    return {row[0]: row[1:] for row in rows.values_list("pk", *PLACE)}


def _at(
    chosen: Sequence[int], ids: Sequence[int], columns: Columns, places: Mapping[int, tuple[Any, ...]]
) -> dict[str, list[Any]]:
    said = {name: [columns[name][at] for at in chosen] for name in SAID}
    stands = {name: [places[ids[at]][number] for at in chosen] for number, name in enumerate(PLACE)}
    return said | stands


def drop_scores(ids: Sequence[int]) -> int:
    """Take away the scores of ``ids`` (≤ 2,000), whom the night does not know any more; return how many."""
    count, _by_model = CustomerScore.objects.filter(pk__in=list(ids)).delete()
    return count


def drop_departed() -> int:
    """Take away the scores of customers who died or were merged; return how many."""
    departed = CustomerScore.objects.exclude(customer__status=Customer.Status.ACTIVE)
    ids = list(departed.values_list("pk", flat=True))
    return sum(drop_scores(ids[start : start + WRITE]) for start in range(0, len(ids), WRITE))


def follow_customers(ids: Sequence[int]) -> None:
    """Let the scores of ``ids`` stand where their customers stand now; done twice it changes nothing."""
    for start in range(0, len(ids), WRITE):
        with transaction.atomic():
            places = _places(ids[start : start + WRITE])
            known = CustomerScore.objects.filter(pk__in=places).values_list("pk", *PLACE)
            moved = [row[0] for row in known if row[1:] != places[row[0]]]
            columns = {name: [places[pk][number] for pk in moved] for number, name in enumerate(PLACE)}
            update(CustomerScore, moved, columns)
