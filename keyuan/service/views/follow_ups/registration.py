"""What call-backs and follow-ups hang into the contexts below."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, merge_references


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    merge_references.add(
        MergeReference("follow-up-customer", "service.FollowUp", "customer", label=_("Call-backs and follow-ups"))
    )
