"""Connectors and deliveries as lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.integrations import permissions
from keyuan.integrations.extensions import connector_kinds
from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.selectors import connectors_visible_to, deliveries_visible_to
from keyuan.integrations.selectors.connectors import Health, health_of, is_running, latest_loaded
from keyuan.integrations.selectors.labels import HEALTHS, STATES
from keyuan.kernel.actor import Actor
from keyuan.platform.lists import (
    BooleanFilter,
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    View,
)
from keyuan.platform.lists.cells import Toned

NUMBER = pgettext_lazy("delivery", "Number")
NEW = PageAction(
    label=_("New connector"),
    url_name="integrations:connector-create",
    icon="plus",
    permission=permissions.MANAGE,
    primary=True,
)
DELIVERIES = PageAction(label=_("Reconciliation"), url_name="integrations:delivery-list", icon="checks")
SOURCES = PageAction(
    label=_("Source systems"), url_name="integrations:sources", icon="database", permission=permissions.MANAGE
)


def health_word(connector: Connector, health: Health) -> tuple[Any, str]:
    """Return word and tone of what weighs most about a connector."""
    states = (
        (not connector.is_active, "paused"),
        (bool(connector.error), "trouble"),
        (health.quarantined > 0, "quarantined"),
        (health.late > 0, "late"),
        (is_running(connector) or health.loading > 0, "running"),
        (health.waiting > 0, "waiting"),
    )
    return HEALTHS[next((key for holds, key in states if holds), "well")]


def _health(row: Connector, extras: Any) -> Status:
    return Status(*health_word(row, extras[0][row.pk]))


def _kind(row: Connector, _extras: Any) -> Any:
    kind = connector_kinds.get(row.kind)
    return kind.label if kind else row.kind


def _loaded(row: Connector, extras: Any) -> Any:
    found = extras[1].get(row.pk)
    return found.ended_at if found else None


def _apart(row: Connector, extras: Any) -> Any:
    count = extras[0][row.pk].quarantined
    return Toned(count, "bad") if count else count


class ConnectorList(ListSpec):
    """Every connector with its health."""

    key = "connectors"
    title = _("Connectors")
    noun = _("connectors")
    permission = permissions.VIEW
    url_name = "integrations:connector-list"
    columns = (
        Column(key="name", label=_("Connector"), width=220, first=True),
        Column(key="health", label=_("State"), value=_health, kind="status", width=140, phone=True),
        Column(key="kind", label=_("Way of delivery"), value=_kind, width=150),
        Column(key="source", label=_("Source"), width=130),
        Column(key="loaded", label=_("Latest loaded"), value=_loaded, kind="moment", width=150, phone=True),
        Column(key="apart", label=_("In quarantine"), value=_apart, kind="number", width=96),
        Column(key="looked", label=_("Looked at"), value="looked_at", kind="moment", width=150),
        Column(key="next", label=_("Next look"), value="next_at", kind="moment", width=150, low_priority=True),
        Column(key="number", label=_("Last number"), value="last_sequence", kind="number", width=96, low_priority=True),
    )
    filters = (BooleanFilter(key="active", label=_("Runs by the clock"), field="is_active", dense=True),)
    sorts = (Sort(key="name", label=_("Connector"), field="name"),)
    default_sort = "name"
    views = (View(key="all", label=_("All")),)
    page_actions = (DELIVERIES, SOURCES, NEW)
    exportable = False
    empty = Empty(
        title=_("No connector is set up yet"),
        text=_("A connector takes in what the core system, finance or payment deliver, and reconciles it."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Every connector."""
        return [connectors_visible_to(actor).select_related("running_job")]

    def prepare(self, _actor: Actor, rows: Sequence[Any], _context: FilterContext) -> Any:
        """Load the health of the rows."""
        ids = [row.pk for row in rows]
        return health_of(ids), latest_loaded(ids)

    def row_url(self, row: Connector) -> str:
        """The connector's page."""
        return reverse("integrations:connector", args=[row.pk])

    def panel_url(self, _row: Connector) -> str:
        """Connectors have no side panel."""
        return ""


def _state(row: Delivery, _extras: Any) -> Status:
    return Status(*STATES[row.state])


def _connectors(actor: Actor) -> Iterable[Choice]:
    return [
        Choice(str(pk), name) for pk, name in connectors_visible_to(actor).order_by("name").values_list("pk", "name")
    ]


def _claimed(row: Delivery, _extras: Any) -> Any:
    differs = row.state in Delivery.WRITTEN and row.rows_claimed not in (None, row.rows_read)
    return Toned(row.rows_claimed, "bad") if differs else row.rows_claimed


def _refused(row: Delivery, _extras: Any) -> Any:
    return Toned(row.refused, "bad") if row.refused else row.refused


class DeliveryList(ListSpec):
    """Every delivery: what was claimed, what was read, what became of it."""

    key = "deliveries"
    title = _("Reconciliation of deliveries")
    noun = _("deliveries")
    permission = permissions.VIEW
    url_name = "integrations:delivery-list"
    columns = (
        Column(key="key", label=_("Delivery"), width=200, first=True),
        Column(key="connector", label=_("Connector"), value="connector.name", width=150),
        Column(key="day", label=_("Business date"), value="business_date", kind="date", width=110),
        Column(key="number", label=NUMBER, value="sequence", kind="number", width=80, low_priority=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=150, phone=True),
        Column(key="claimed", label=_("Rows claimed"), value=_claimed, kind="number", width=96),
        Column(key="read", label=_("Rows read"), value="rows_read", kind="number", width=96),
        Column(key="created", label=_("Created"), value="created", kind="number", width=90),
        Column(key="updated", label=_("Updated"), value="updated", kind="number", width=90),
        Column(key="unchanged", label=_("Unchanged"), value="unchanged", kind="number", width=90),
        Column(key="refused", label=_("Refused"), value=_refused, kind="number", width=90, phone=True),
        Column(key="seen", label=_("First seen"), value="seen_at", kind="moment", width=150, sort="seen"),
        Column(key="ended", label=_("Ended at"), value="ended_at", kind="moment", width=150, low_priority=True),
    )
    filters = (
        ChoiceFilter(key="state", label=_("State"), field="state", primary=True,
                     choices=tuple(Choice(str(key), word) for key, (word, _tone) in STATES.items())),
        ChoiceFilter(key="connector", label=_("Connector"), field="connector", primary=True, integer=True,
                     choices=_connectors),
    )  # fmt: skip
    sorts = (Sort(key="seen", label=_("First seen"), field="seen_at", descending=True),)
    default_sort = "-seen"
    views = (
        View(key="all", label=_("All")),
        View(key="apart", label=_("In quarantine"), query="state=quarantined"),
        View(key="different", label=_("With differences"), query="state=different"),
        View(key="open", label=_("Under way"), query="state=loading&state=waiting&state=late"),
    )
    empty = Empty(
        title=_("Nothing was delivered yet"),
        text=_("Deliveries appear here as soon as a connector sees their manifest."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Every delivery."""
        return [deliveries_visible_to(actor).select_related("connector")]

    def row_url(self, row: Delivery) -> str:
        """The delivery's page."""
        return reverse("integrations:delivery", args=[row.pk])

    def panel_url(self, _row: Delivery) -> str:
        """Deliveries have no side panel."""
        return ""

    def row_class(self, row: Delivery) -> str:
        """Mark what waits for a person."""
        return "edge-bad" if row.state in (Delivery.State.QUARANTINED, Delivery.State.LATE) else ""


CONNECTORS, DELIVERY_LIST = ConnectorList(), DeliveryList()
