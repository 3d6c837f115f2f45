"""What messages tell platform and customers."""

from keyuan.customers.extensions import MergeReference, merge_references


def register() -> None:
    """Add the merge reference of the outbox."""
    merge_references.add(MergeReference("contact.Message.customer", "contact.Message", "customer"))
