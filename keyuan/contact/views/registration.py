"""What the contacts hang into platform and customers."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.forms import wording
from keyuan.contact.forms.entering import entry_form, save_entry
from keyuan.contact.forms.standing import cells, refusal_badge
from keyuan.contact.selectors import segment_fields
from keyuan.contact.selectors.standing import badge_refusals, budget_of
from keyuan.contact.selectors.terms import excess_of
from keyuan.contact.views import help as page_help
from keyuan.contact.views import subjects
from keyuan.contact.views.lists import LISTS
from keyuan.contact.views.messages import registration as messages
from keyuan.contact.views.privacy import registration as privacy
from keyuan.customers.extensions import (
    CollectionLimit,
    ContactStart,
    EntryPart,
    Fact,
    HeadBadge,
    MergeReference,
    Panel,
    RecordAction,
    collection_limits,
    contact_starts,
    entry_parts,
    head_badges,
    head_facts,
    merge_references,
    panels,
    record_actions,
)
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items

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
NAV = (
    ("contact-permits", _("Contact permits"), "contact:permit-list", "shield-check", permissions.VIEW, 50),
    ("contact-refusals", _("Do-not-contact list"), "contact:refusal-list", "phone-off", permissions.VIEW, 52),
    ("contact-reserved", _("Reserved customers"), "contact:reservation-list", "lock", permissions.RESERVE, 54),
    ("contact-statistics", _("Refusal statistics"), "contact:statistics", "chart-bar", permissions.STATISTICS, 56),
    ("contact-rules", _("Contact rules"), "contact:rules", "clipboard-list", permissions.STATISTICS, 58),
)


def register() -> None:
    """Register lists, panels, words and menu entries."""
    page_help.register()
    wording.register()
    subjects.register()
    segment_fields.register()
    for name, rule in MERGES.items():
        model, _dot, field = name.rpartition(".")
        merge_references.add(MergeReference(name, model, field, rule))
    for spec in LISTS:
        lists.add(spec())
    for key, label, url_name, icon, permission, order in NAV:
        nav_items.add(NavItem(key, label, url_name, icon, permission, "contact", order))
    collection_limits.add(CollectionLimit("purposes", excess_of))
    _of_record()
    messages.register()
    privacy.register()


def _of_record() -> None:
    """Hang panel, budget, badge and the start of contacts into the customer's page."""
    panels.add(
        Panel(
            "contact", _("Consents and contacts"), "contact:customer-contact", permissions.VIEW, "left", 15, "contact"
        )
    )
    head_facts.add(Fact("contact-budget", _budget_fact, 60))
    head_badges.add(HeadBadge("do-not-contact", _refusal_badges, 20))
    label = _("Start a contact")
    record_actions.add(
        RecordAction("contact-start", label, "phone-outgoing", "contact:start", permissions.START, is_first=True)
    )
    entry_parts.add(EntryPart("consent", _("Consents"), permissions.CONSENT, entry_form, save_entry))
    contact_starts.add(ContactStart("contact", permissions.START, _start_of_task))


def _budget_fact(actor: Actor, summary: Any) -> tuple[Any, Any, str] | None:
    """Head fact: how much of the contact budget is used, one cell per contact."""
    if not actor.may(permissions.VIEW):
        return None
    budget = budget_of(summary.pk, now=clock.now())
    return None if budget is None else (_("Contact budget"), cells(budget), "")


def _refusal_badges(actor: Actor, customer: Any) -> Iterable[tuple[str, Any, str]]:
    if not actor.may(permissions.VIEW):
        return []
    rows = badge_refusals(customer, clock.today())
    return [("", refusal_badge(row), "phone-off") for row in rows[:2]]


#: What a task is about says what its contact is for; selling is never assumed.
PURPOSES = {"RENEWAL": "RENEWAL", "GRACE": "RENEWAL", "BIRTHDAY": "CARE", "REVIEW": "MARKETING"}


def _start_of_task(task: Any) -> str:
    purpose = PURPOSES.get(task.kind, "SERVICE")
    return f"{reverse('contact:start', args=[task.customer_id])}?task={task.pk}&purpose={purpose}"
