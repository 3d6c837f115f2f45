"""The lists of endpoints and of deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from keyuan.api import permissions
from keyuan.api.events import PUBLIC, TEST
from keyuan.api.models import WebhookDelivery, WebhookEndpoint
from keyuan.api.selectors.webhooks import counts_of, deliveries_visible_to, endpoint_names, endpoints_visible_to
from keyuan.api.views.webhook_words import (
    DELIVERY_STATES,
    ENDPOINT_STATES,
    delivery_state,
    endpoint_state,
    error_word,
    event_word,
)
from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Toned,
    View,
)

PENDING, FAILED = str(WebhookDelivery.Status.PENDING), str(WebhookDelivery.Status.FAILED)


@dataclass(frozen=True, slots=True)
class EndpointExtras:
    """Names of units, and how many deliveries wait and failed."""

    units: dict[int, str]
    counts: dict[tuple[int, str], int]

    def shown(self, endpoint: WebhookEndpoint, status: str) -> Any:
        """Return a count as the cell shows it; failures in red."""
        count = self.counts.get((endpoint.pk, status), 0)
        return Toned(count, "bad") if count and status == FAILED else count


def _events(endpoint: WebhookEndpoint, _extras: Any) -> str:
    count = len(endpoint.event_types)
    return ngettext("%(count)s kind", "%(count)s kinds", count) % {"count": count} if count else str(_("All kinds"))


def _unit(endpoint: WebhookEndpoint, extras: EndpointExtras) -> str:
    return extras.units.get(endpoint.unit_id or 0, "") or str(_("The whole company"))


class WebhookList(ListSpec):
    """Receivers of events in reach."""

    key = "webhooks"
    title = _("Event push")
    permission = permissions.WEBHOOKS
    url_name = "api:webhooks"
    exportable = False
    columns = (
        Column(key="name", label=_("Receiver"), width=160, sort="name", first=True),
        Column(key="url", label=_("Receiving address"), value=lambda row, _x: host_of(row.url), width=220),
        Column(key="events", label=_("Kinds of events"), value=_events, width=112, low_priority=True),
        Column(key="unit", label=_("Unit"), value=_unit, width=160, low_priority=True),
        Column(
            key="state",
            label=_("State"),
            value=lambda row, _x: endpoint_state(row),
            kind="status",
            width=96,
            phone=True,
        ),
        Column(
            key="waiting",
            label=_("Waits to be sent"),
            value=lambda row, extras: extras.shown(row, PENDING),
            kind="number",
            width=80,
        ),
        Column(
            key="failed",
            label=_("Did not arrive"),
            value=lambda row, extras: extras.shown(row, FAILED),
            kind="number",
            width=80,
            phone=True,
        ),
        Column(key="taken", label=_("Last arrived"), value="last_taken_at", kind="moment", width=148),
    )
    filters = (
        ChoiceFilter(
            key="state",
            label=_("State"),
            field="status",
            choices=tuple(Choice(str(key), word) for key, (word, _tone) in ENDPOINT_STATES.items()),
            primary=True,
            dense=True,
        ),
    )
    sorts = (
        Sort(key="name", label=_("Receiver"), field="name"),
        Sort(key="created", label=_("Created at"), field="created_at", descending=True),
    )
    default_sort = "name"
    views = (View(key="all", label=_("All")),)
    page_actions = (
        PageAction(label=_("New receiver"), url_name="api:webhook-new", icon="plus", primary=True),
        PageAction(label=_("Deliveries"), url_name="api:webhook-deliveries", icon="list-details"),
    )
    empty = Empty(
        title=_("No other system listens yet"),
        text=_("Add a receiver, and Keyuan tells it at once what happens to customers, policies and claims."),
        action=PageAction(label=_("New receiver"), url_name="api:webhook-new"),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[WebhookEndpoint]]:
        """Every endpoint in reach."""
        return [endpoints_visible_to(actor)]

    def prepare(self, _actor: Actor, rows: Sequence[Any], _context: FilterContext) -> EndpointExtras:
        """Names and counts of the rows shown."""
        return EndpointExtras(unit_names(row.unit_id for row in rows), counts_of([row.pk for row in rows]))

    def row_url(self, row: Any) -> str:
        """The endpoint's page."""
        return reverse("api:webhook", args=[row.pk])

    def panel_url(self, _row: Any) -> str:
        """No side panel: the page is short."""
        return ""


def host_of(url: str) -> str:
    """Return scheme and host of an address: what follows may hold a secret of the receiver."""
    return "/".join(url.split("/")[:3])


def by_day(rows: QuerySet[Any], value: tuple[str, str], context: FilterContext) -> QuerySet[Any]:
    """Keep deliveries of the days in Beijing time."""
    low, high = CREATED.days(value, context)
    if low is not None:
        rows = rows.filter(created_at__gte=clock.start_of(low))
    return rows.filter(created_at__lt=clock.end_of(high)) if high is not None else rows


CREATED = DateRange(key="on", label=_("Date"), field="created_at", apply=by_day)
EVENT_CHOICES = (*(Choice(event.name, event.label) for event in PUBLIC), Choice(TEST, _("Test event")))


def endpoint_choices(actor: Actor) -> list[Choice]:
    """Return the receivers in reach."""
    return [Choice(str(pk), name) for pk, name in endpoint_names(actor).items()]


class DeliveryList(ListSpec):
    """What was sent to receivers in reach, newest first."""

    key = "webhook-deliveries"
    title = _("Deliveries of events")
    permission = permissions.WEBHOOKS
    url_name = "api:webhook-deliveries"
    exportable = False
    columns = (
        Column(key="when", label=_("Moment"), value="created_at", kind="moment", width=144, sort="when", first=True),
        Column(key="event", label=_("Kind of event"), value=lambda row, _x: str(event_word(row.event_type)), width=136),
        Column(key="endpoint", label=_("Receiver"), value=lambda row, names: names.get(row.endpoint_id), width=140),
        Column(
            key="state",
            label=_("State"),
            value=lambda row, _x: delivery_state(row),
            kind="status",
            width=112,
            phone=True,
        ),
        Column(key="answer", label=_("Answer"), value=lambda row, _x: str(error_word(row)), width=160, phone=True),
        Column(key="tries", label=_("Tries"), value="attempts", kind="number", width=64),
        Column(key="ms", label=_("Milliseconds"), value="last_ms", kind="number", width=80, low_priority=True),
        Column(
            key="next",
            label=_("Next try"),
            value=lambda row, _x: row.next_at if row.status == PENDING else None,
            kind="moment",
            width=144,
            low_priority=True,
        ),
    )
    filters = (
        ChoiceFilter(
            key="endpoint",
            label=_("Receiver"),
            field="endpoint_id",
            choices=endpoint_choices,
            integer=True,
            primary=True,
        ),
        ChoiceFilter(
            key="state",
            label=_("State"),
            field="status",
            choices=tuple(Choice(str(key), word) for key, (word, _tone) in DELIVERY_STATES.items()),
            primary=True,
        ),
        ChoiceFilter(key="event", label=_("Kind of event"), field="event_type", choices=EVENT_CHOICES, primary=True),
        CREATED,
    )
    sorts = (Sort(key="when", label=_("Moment"), field="created_at", descending=True),)
    default_sort = "-when"
    views = (
        View(key="all", label=_("All")),
        View(key="failed", label=_("Did not arrive"), query="state=FAILED&sort=-when"),
        View(key="waiting", label=_("Waits to be sent"), query="state=PENDING&sort=-when"),
    )
    page_actions = (
        PageAction(label=_("Event push"), url_name="api:webhooks", icon="chevron-left"),
        PageAction(label=_("Catalogue of events"), url_name="api:webhook-events", icon="book"),
        PageAction(label=_("Settings"), url_name="api:webhook-policy", icon="settings", shown=reaches_whole_book),
    )
    empty = Empty(title=_("Nothing was sent yet"), text=_("What receivers were told appears here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[WebhookDelivery]]:
        """Deliveries to endpoints in reach."""
        return [deliveries_visible_to(actor)]

    def prepare(self, actor: Actor, _rows: Sequence[Any], _context: FilterContext) -> dict[int, str]:
        """Names of the receivers."""
        return endpoint_names(actor)

    def row_url(self, row: Any) -> str:
        """The delivery's page."""
        return reverse("api:webhook-delivery", args=[row.pk])
