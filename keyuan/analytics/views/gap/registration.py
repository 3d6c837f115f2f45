"""What protection gaps hang into the contexts below."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, merge_references

LABEL = _("Protection gaps")


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    merge_references.add(MergeReference("gap-sheet", "analytics.GapSheet", "customer", "keep"))
    merge_references.add(MergeReference("gap-result", "analytics.GapResult", "customer", label=LABEL))
