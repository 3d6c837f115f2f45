"""What benefits hang into the registries."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, merge_references


def register() -> None:
    """Fill the registries."""
    for key, field, label in (
        ("benefit-holder", "holder", _("Benefits of own policies")),
        ("benefit-payee", "payee", _("Benefits to receive")),
    ):
        merge_references.add(MergeReference(key, "policies.BenefitDue", field, label=label))
