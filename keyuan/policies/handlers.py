"""What contracts set going in the contexts below when they change."""

from keyuan.customers.events import CustomersAssigned
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.events import handles
from keyuan.policies.services.following import follow_holders


@handles(CustomersAssigned)
def customers_assigned(event: CustomersAssigned) -> None:
    """Customers got another service person: their policies follow."""
    follow_holders(system_actor("policies follow"), event.ids, clock.now())
