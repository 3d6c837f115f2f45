"""What ends in the moment somebody says no: open permits, and what is on its way under them (PLT-8)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from keyuan.contact.extensions import stoppings
from keyuan.contact.models import Permit
from keyuan.contact.services.permits.using import take_back


def stop(customer_ids: Sequence[int], forbidden: Callable[[Permit], bool], *, reason: str, now: datetime) -> list[int]:
    """Cancel the open permits of these customers that are ``forbidden`` now, in the caller's transaction.

    The caller holds the customers' budgets, so no permit is granted meanwhile on what is about to be gone.
    """
    rows = Permit.objects.filter(customer_id__in=customer_ids, state=Permit.State.GRANTED)
    permit_ids = take_back([row.pk for row in rows if forbidden(row)], note=reason, now=now)
    for entry in stoppings:
        entry.stop(customer_ids, permit_ids, reason, now)
    return permit_ids
