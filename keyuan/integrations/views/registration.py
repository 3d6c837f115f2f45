"""What the connectors hang into the platform: words, lists, subjects, navigation."""

from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.integrations import permissions
from keyuan.integrations.selectors import (
    access_connector,
    access_delivery,
    connectors_visible_to,
    deliveries_visible_to,
)
from keyuan.integrations.views import help as page_help
from keyuan.integrations.views.lists import CONNECTORS, DELIVERY_LIST
from keyuan.integrations.views.wording import SENTENCES
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.imports.remembering import add_presets
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies.selectors.sources import source_labels

MAPPINGS = Path(__file__).parents[1] / "mappings"


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    page_help.register()
    add_sentences(SENTENCES)
    lists.add(CONNECTORS)
    lists.add(DELIVERY_LIST)
    subject_kinds.add(SubjectKind("connector", _("Connector"), connector_labels, connector_url, access_connector))
    subject_kinds.add(SubjectKind("delivery", _("Delivery"), delivery_labels, delivery_url, access_delivery))
    subject_kinds.add(
        SubjectKind("source_system", _("Source system"), source_system_labels, source_system_url, access_source_system)
    )
    add_presets(MAPPINGS, {"sample_policies": _("Rehearsals: policies of the book itself")})
    nav_items.add(
        NavItem(
            "connectors", _("Connectors"), "integrations:connector-list", "arrows-exchange", permissions.VIEW,
            group="operations", order=30,
        )
    )  # fmt: skip


def connector_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name connectors for posts that may see them."""
    return dict(connectors_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def delivery_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name deliveries for posts that may see them."""
    return dict(deliveries_visible_to(actor).filter(pk__in=ids).values_list("pk", "key"))


def connector_url(connector_id: int) -> str:
    """Return the page of a connector."""
    return reverse("integrations:connector", args=[connector_id])


def delivery_url(delivery_id: int) -> str:
    """Return the page of a delivery."""
    return reverse("integrations:delivery", args=[delivery_id])


def source_system_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name source systems for posts that set them up."""
    return source_labels(ids) if actor.may(permissions.MANAGE) else {}


def source_system_url(_source_id: int) -> str:
    """Return the page of the source systems."""
    return reverse("integrations:sources")


def access_source_system(actor: Actor, source_id: int) -> str:
    """Return a source system's name. Raises Forbidden and NotFound."""
    actor.require(permissions.MANAGE)
    found = source_labels([source_id])
    if not found:
        raise NotFound("source.not_found")
    return found[source_id]
