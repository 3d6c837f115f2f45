"""Where a finding is put right: the address behind its remedy (CUS-11)."""

from django.urls import reverse

from keyuan.customers import permissions
from keyuan.kernel.actor import Actor

#: Sections of the archive's form by finding; persons and organisations have the same contact data.
SECTIONS = {
    "NO_PHONE": "contacts",
    "NO_ADDRESS": "contacts",
    "DEAD_NUMBER": "contacts",
    "EMAIL_BOUNCED": "contacts",
    "ADDRESS_RETURNED": "contacts",
    "SHARED_NUMBER": "contacts",
    "NO_DOCUMENT": "documents",
    "DOCUMENT_EXPIRED": "documents",
    "NO_OCCUPATION": "work",
    "NO_USCC": "registration",
    "NO_LEGAL_REP": "registration",
    "USCC_WRONG": "registration",
}
#: What a contact with the customer puts right.
TALK = frozenset({"UNREACHED", "STALE"})
#: What is confirmed beside the contact data of the customer's page.
CONFIRM = frozenset({"UNVERIFIED"})


def remedy_url(actor: Actor, customer_id: int, code: str, pair_id: int | None) -> str:
    """Return where ``code`` is put right, empty where the post may not do it."""
    if code == "DUPLICATE":
        may = actor.may(permissions.MERGE) and pair_id
        return reverse("customers:duplicate", args=[pair_id]) if may else ""
    if code in TALK:
        may_talk = actor.may(permissions.INTERACT)
        return reverse("customers:interaction-add", args=[customer_id]) if may_talk else ""
    if not actor.may(permissions.EDIT):
        return ""
    if code in CONFIRM:
        return f"{reverse('customers:customer', args=[customer_id])}#panel-contacts"
    return f"{reverse('customers:customer-edit', args=[customer_id])}#customer-{SECTIONS.get(code, 'basic')}"


def is_dialog(code: str) -> bool:
    """Tell whether the remedy opens as a dialog."""
    return code in TALK
