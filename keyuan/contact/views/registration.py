"""What the contacts hang into platform and customers."""

from keyuan.contact.views.messages import registration as messages
from keyuan.customers.extensions import MergeReference, merge_references

#: Our keys to a customer and what a merge does: consents, refusals and permits go with the person; how much of the
#: budget was used is counted anew.
MERGES = {
    "contact.Consent.customer": "move",
    "contact.Consent.guardian": "move",
    "contact.ContactBudget.customer": "rebuild",
    "contact.DoNotContact.customer": "move",
    "contact.Hold.customer": "move",
    "contact.Permit.customer": "move",
    "contact.Reservation.customer": "move",
}


def register() -> None:
    """Register lists, panels, words and menu entries."""
    for name, rule in MERGES.items():
        model, _dot, field = name.rpartition(".")
        merge_references.add(MergeReference(name, model, field, rule))
    messages.register()
