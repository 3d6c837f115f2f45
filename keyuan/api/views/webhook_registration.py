"""What webhooks tell the platform: lists, words, navigation, subjects."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.api import permissions
from keyuan.api.selectors.webhooks import access_endpoint, endpoint_names
from keyuan.api.views import help as page_help
from keyuan.api.views.webhook_lists import DeliveryList, WebhookList
from keyuan.api.views.webhook_words import SENTENCES
from keyuan.kernel.actor import Actor
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences


def register() -> None:
    """Add lists, sentences, the entry of the navigation and the subject."""
    page_help.register()
    name_programs({"webhooks": _("Event push")})
    for spec in (WebhookList(), DeliveryList()):
        lists.add(spec)
    add_sentences(SENTENCES)
    nav_items.add(
        NavItem("webhooks", _("Event push"), "api:webhooks", "send", permissions.WEBHOOKS, "operations", order=60)
    )
    subject_kinds.add(
        SubjectKind("webhook", _("Receiver of events"), endpoint_labels, endpoint_address, access_endpoint)
    )


def endpoint_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of receivers in reach by id."""
    return {pk: name for pk, name in endpoint_names(actor).items() if pk in ids}


def endpoint_address(endpoint_id: int) -> str:
    """Return the page of a receiver."""
    return reverse("api:webhook", args=[endpoint_id])
