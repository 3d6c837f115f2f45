"""What privacy requests tell platform and customers."""

from keyuan.customers.extensions import MergeReference, merge_references


def register() -> None:
    """Add the merge references."""
    for model in ("PrivacyRequest", "Erasure", "LegalHold"):
        name = f"contact.{model}"
        merge_references.add(MergeReference(f"{name}.customer", name, "customer"))
