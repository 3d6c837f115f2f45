"""The list of API clients."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.organisation import permissions as p
from keyuan.organisation.models import ApiClient
from keyuan.organisation.selectors.api_clients import clients_visible_to, is_open
from keyuan.organisation.selectors.labels import post_label
from keyuan.platform.lists import Column, Empty, FilterContext, ListSpec, PageAction, Sort, Status, View

NEW = PageAction(
    label=_("New API client"), url_name="organisation:api-client-new", icon="plus", permission=p.API_CLIENTS,
    primary=True,
)  # fmt: skip


def state_of(client: ApiClient, today: date) -> Status:
    """Return whether a client may call."""
    if client.disabled_at is not None:
        return Status(_("Disabled"), "off")
    return Status(_("May call"), "ok") if is_open(client, today) else Status(_("Post or account has ended"), "warn")


class ApiClientList(ListSpec):
    """Programs of other systems: in which post they stand and when they called last."""

    key = "api-clients"
    title = _("API clients")
    permission = p.API_CLIENTS
    url_name = "organisation:api-clients"
    columns = (
        Column(key="name", label=_("Name of the program"), width=180, sort="name", first=True),
        Column(key="client_id", label=_("Client id"), width=180),
        Column(key="post", label=_("Post"), value=lambda row, _today: post_label(row.post), width=260),
        Column(key="state", label=_("State"), value=state_of, kind="status", width=150, phone=True),
        Column(key="rate", label=_("Calls a minute"), value="rate_per_minute", kind="number", width=110),
        Column(key="used", label=_("Last call"), value="last_used_at", kind="moment", width=148, phone=True),
        Column(key="made", label=_("Made on"), value="created_at", kind="moment", width=148, default=False),
    )
    sorts = (Sort(key="name", label=_("Name of the program"), field="name"),)
    default_sort = "name"
    views = (View(key="all", label=_("All")),)
    page_actions = (NEW,)
    exportable = False
    empty = Empty(
        title=_("No program calls yet"),
        text=_("A client stands in a post like a person: the same permissions, rows and masks."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Clients whose post is in reach."""
        return [clients_visible_to(actor).select_related("user", "post__user", "post__role", "post__unit")]

    def prepare(self, _actor: Actor, _rows: Sequence[Any], context: FilterContext) -> date:
        """The day by which posts are judged."""
        return context.today

    def row_url(self, row: ApiClient) -> str:
        """The client's page."""
        return reverse("organisation:api-client", args=[row.pk])

    def panel_url(self, _row: ApiClient) -> str:
        """Clients open whole."""
        return ""


API_CLIENTS = ApiClientList()
