"""What web chat hangs into the contexts below (SRV-5)."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, merge_references


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    merge_references.add(MergeReference("chat-customer", "service.Chat", "customer", label=_("Chats")))
    merge_references.add(MergeReference("chat-code", "service.ChatCode", "customer"))
