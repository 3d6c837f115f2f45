"""What messages tell platform, customers and the withdrawal of consents."""

from collections.abc import Sequence
from datetime import datetime

from keyuan.contact.extensions import Stopping, stoppings
from keyuan.contact.services.messages.stopping import stop_of_permits
from keyuan.customers.extensions import MergeReference, merge_references


def register() -> None:
    """Add the merge reference of the outbox and what stops messages with their permits."""
    merge_references.add(MergeReference("contact.Message.customer", "contact.Message", "customer"))
    stoppings.add(Stopping("messages", stop))


def stop(_customer_ids: Sequence[int], permit_ids: Sequence[int], reason: str, now: datetime) -> None:
    """Stop the queued messages of permits that were taken back."""
    stop_of_permits(permit_ids, because=f"withdrawn_{reason}", now=now)
