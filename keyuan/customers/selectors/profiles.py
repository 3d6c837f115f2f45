"""Fields of the archive that lists show beside the summary."""

from collections.abc import Iterable

from keyuan.customers.models import Customer

#: Fields that lists may show and edit in place.
LISTED = ("occupation", "preferred_contact", "preferred_time")


def profiles_of(customer_ids: Iterable[int]) -> dict[int, Customer]:
    """Return the archive heads of ``customer_ids`` with the listed fields only; the caller has checked the reach."""
    return Customer.objects.only("pk", "kind", *LISTED).in_bulk(list(customer_ids))
