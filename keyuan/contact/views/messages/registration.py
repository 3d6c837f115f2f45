"""What messages tell platform, customers and the withdrawal of consents."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.extensions import Stopping, stoppings
from keyuan.contact.forms import message_words
from keyuan.contact.selectors.messages.outbox import access_message, messages_visible_to, undecided_count
from keyuan.contact.selectors.messages.providers import access_provider, providers_visible_to
from keyuan.contact.selectors.messages.templates import access_template, templates_visible_to, waiting_count
from keyuan.contact.services.messages.stopping import stop_of_permits
from keyuan.contact.views.messages.lists import OutboxList, ProviderList, TemplateList
from keyuan.customers.extensions import (
    MergeReference,
    Panel,
    RecordAction,
    merge_references,
    panels,
    record_actions,
)
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds


def register() -> None:
    """Add lists, words, panel, button, menu entries, subjects, merge reference and what stops messages."""
    message_words.register()
    for spec in (TemplateList(), OutboxList(), ProviderList()):
        lists.add(spec)
    merge_references.add(MergeReference("contact.Message.customer", "contact.Message", "customer"))
    stoppings.add(Stopping("messages", stop))
    panels.add(
        Panel("messages", _("Messages"), "contact:customer-messages", permissions.OUTBOX, "right", 65, tab="messages")
    )
    record_actions.add(
        RecordAction("send-message", _("Send a message"), "send", "contact:customer-send", permissions.SEND, order=30)
    )
    _register_menu()
    _register_subjects()


def _register_menu() -> None:
    nav_items.add(
        NavItem("outbox", _("Outbox"), "contact:outbox", "send", permissions.OUTBOX, "contact", 60, count=_undecided)
    )
    nav_items.add(
        NavItem(
            "message-templates",
            _("Message templates"),
            "contact:templates",
            "template",
            permissions.OUTBOX,
            "contact",
            61,
            count=_waiting,
            shown=_writes_or_approves,
        )
    )
    nav_items.add(
        NavItem(
            "message-providers", _("Providers of messages"), "contact:providers", "mail", permissions.PROVIDERS,
            "operations", 61,
        )
    )  # fmt: skip


def _writes_or_approves(actor: Actor) -> bool:
    return actor.may(permissions.TEMPLATES) or actor.may(permissions.APPROVE)


def _undecided(actor: Actor) -> int | None:
    return undecided_count(actor) or None


def _waiting(actor: Actor) -> int | None:
    return waiting_count(actor) or None


def _register_subjects() -> None:
    subject_kinds.add(SubjectKind("message", _("Message"), message_labels, _message_address, _access_message))
    subject_kinds.add(
        SubjectKind("message_template", _("Message template"), template_labels, _template_address, access_template)
    )
    subject_kinds.add(
        SubjectKind("message_provider", _("Provider of messages"), provider_labels, _provider_address, access_provider)
    )


def stop(_customer_ids: Sequence[int], permit_ids: Sequence[int], reason: str, now: datetime) -> None:
    """Stop the queued messages of permits that were taken back."""
    stop_of_permits(permit_ids, because=f"withdrawn_{reason}", now=now)


def message_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of messages in reach: their templates'."""
    rows = messages_visible_to(actor, now=clock.now()).filter(pk__in=ids)
    return dict(rows.values_list("pk", "template_version__template__name"))


def template_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of templates."""
    return dict(templates_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def provider_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of providers."""
    return dict(providers_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def _access_message(actor: Actor, message_id: int) -> object:
    return access_message(actor, message_id, now=clock.now())


def _message_address(message_id: int) -> str:
    return reverse("contact:message", args=[message_id])


def _template_address(template_id: int) -> str:
    return reverse("contact:template", args=[template_id])


def _provider_address(provider_id: int) -> str:
    return reverse("contact:provider", args=[provider_id])
