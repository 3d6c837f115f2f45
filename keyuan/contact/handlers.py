"""What contacts do when something happens below them."""

from keyuan.contact.services.contacting import count_unasked
from keyuan.contact.services.messages.successors import tell_successors
from keyuan.customers.events import CustomersHandedOver, InteractionsRecorded
from keyuan.platform import clock
from keyuan.platform.events import handles


@handles(CustomersHandedOver)
def tell_customers(event: CustomersHandedOver) -> None:
    """Tell customers who serves them now; told twice, they get one message."""
    tell_successors(event.ids, handover_id=event.handover_id, allocation_id=event.allocation_id, now=clock.now())


@handles(InteractionsRecorded)
def count_contacts(event: InteractionsRecorded) -> None:
    """Count outgoing contacts that were recorded without a permit."""
    count_unasked(list(event.ids), now=clock.now())
