"""What analytics does when something happens below it."""

from keyuan.analytics.services.following import follow_places
from keyuan.customers.events import CustomersAssigned
from keyuan.platform.events import handles


@handles(CustomersAssigned)
def customers_assigned(event: CustomersAssigned) -> None:
    """Let protection gaps and offers follow their customers to whoever serves them now."""
    follow_places(event.ids)
