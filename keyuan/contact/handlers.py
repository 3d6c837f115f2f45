"""What contacts do when something happens below them."""

from keyuan.contact.services.contacting import count_unasked
from keyuan.customers.events import InteractionsRecorded
from keyuan.platform import clock
from keyuan.platform.events import handles


@handles(InteractionsRecorded)
def count_contacts(event: InteractionsRecorded) -> None:
    """Count outgoing contacts that were recorded without a permit."""
    count_unasked(list(event.ids), now=clock.now())
