"""The queue of open orders, and the archive of all of them (SRV-1; design/ui.md §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    MomentRange,
    PageAction,
    RowAction,
    Sort,
    TextFilter,
    Toned,
    View,
)
from keyuan.service import permissions
from keyuan.service.forms import words
from keyuan.service.models import WorkOrder
from keyuan.service.rules import machine
from keyuan.service.selectors.desks import desk_ids_of, desks
from keyuan.service.selectors.orders import archive_sources, queue_sources
from keyuan.service.views.bulk_actions import CHASE, HAND_ON
from keyuan.service.views.shown import time_left

ME = "me"


@dataclass(frozen=True, slots=True)
class OrderExtras:
    """Names of the customers in reach, of the desks, and the moment."""

    customers: Mapping[int, str]
    desks: Mapping[int, str]
    now: datetime


class OwnerFilter(ChoiceFilter):
    """Whose orders: one's own; in addresses ``me``, so that a shared view shows everybody their own."""

    def conditions(self, _value: Any, context: FilterContext) -> list[Condition]:
        """Compare with the reader."""
        return [Condition(self.field, "exact", context.actor.id or 0, selective=True)]


class PoolFilter(ChoiceFilter):
    """What waits at one's desks, or at one of them."""

    def conditions(self, value: Any, context: FilterContext) -> list[Condition]:
        """Compare with the reader's desks, or with those chosen."""
        ids = desk_ids_of(context.actor.id) if ME in value else [int(item) for item in value if item.isdecimal()]
        if len(ids) == 1:
            return [Condition(self.field, "exact", ids[0], selective=True)]
        return [Condition(self.field, "in", ids, selective=True)]


def _desk_choices(_actor: Actor) -> list[Choice]:
    return [Choice(ME, _("My desks")), *(Choice(str(desk.pk), desk.name) for desk in desks())]


def _customer(row: WorkOrder, extras: OrderExtras) -> Link | str:
    name = extras.customers.get(row.customer_id or 0)
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else row.caller_name


def _deadline(row: WorkOrder, extras: OrderExtras) -> Any:
    """Say which clock ends next and how much is left: one column for all of them."""
    if not row.is_open:
        return None
    if row.is_paused or row.due_at is None:
        return _("Paused") if row.is_paused else None
    left = time_left(row.due_at, extras.now)
    tone = "bad" if row.due_at <= extras.now else "warn" if row.mark else ""
    text = f"{left} {words.clock_word(row.due_key)}"
    return Toned(text, tone) if tone else text


NUMBER = Column(key="number", label=_("Order number"), value="number", width=112, first=True, kind="link")
KIND = Column(
    key="kind", label=pgettext_lazy("work order", "Kind"), value=lambda row, _x: words.word(words.KINDS, row.kind),
    kind="badge", width=72,
)  # fmt: skip
TITLE = Column(key="title", label=_("Subject"), value="title", width=232, phone=True)
CUSTOMER = Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=104)
STATE = Column(
    key="state", label=_("State"), value=lambda row, _x: words.state_of(row.status), kind="status", width=120,
    phone=True,
)  # fmt: skip
OWNER = Column(
    key="owner", label=_("Handled by"), width=104, low_priority=True,
    value=lambda row, extras: row.owner_name or extras.desks.get(row.desk_id, ""),
)  # fmt: skip
DUE = Column(key="due", label=_("Next deadline"), value=_deadline, width=168, sort="due")
CHANNEL = Column(
    key="channel", label=_("How it came"), value=lambda row, _x: words.word(words.CHANNELS, row.contact_channel),
    width=80, low_priority=True,
)  # fmt: skip
RECEIVED = Column(
    key="received", label=pgettext_lazy("work order", "Came in"), value="received_at", kind="moment", width=144,
    sort="new", low_priority=True,
)  # fmt: skip
KIND_FILTER = ChoiceFilter(
    key="kind", label=pgettext_lazy("work order", "Kind"), field="kind", primary=True,
    choices=tuple(Choice(key, label) for key, label in words.KINDS.items()),
)  # fmt: skip
NUMBER_FILTER = TextFilter(
    key="no", label=_("Order number"), field="number", primary=True, placeholder=_("Order number")
)


def _states(open_only: bool) -> tuple[Choice, ...]:
    return tuple(
        Choice(key, label) for key, (label, _tone) in words.STATES.items() if not open_only or key in machine.OPEN
    )


class _Orders(ListSpec):
    permission = permissions.VIEW
    noun = _("work orders")

    def prepare(self, actor: Actor, rows: Sequence[WorkOrder], _context: FilterContext) -> OrderExtras:
        """Load names of customers and desks."""
        ids = list({row.customer_id for row in rows if row.customer_id})
        now = clock.now()
        return OrderExtras(customer_labels(actor, ids, now=now), {desk.pk: desk.name for desk in desks()}, now)

    def row_url(self, row: WorkOrder) -> str:
        """The order's page."""
        return reverse("service:order", args=[row.pk])


class QueueList(_Orders):
    """Open orders in reach, the nearest deadline first; those that stand still come last."""

    key = "work-orders"
    title = _("Work orders")
    url_name = "service:order-list"
    columns = (NUMBER, KIND, TITLE, CUSTOMER, STATE, OWNER, DUE, CHANNEL, RECEIVED)
    filters = (
        NUMBER_FILTER,
        KIND_FILTER,
        ChoiceFilter(key="state", label=_("State"), field="status", primary=True, choices=_states(True)),
        OwnerFilter(
            key="owner", label=_("Handled by"), field="owner_id", choices=(Choice(ME, _("Me")),), multiple=False
        ),
        PoolFilter(key="pool", label=_("Waits at"), field="pool_id", choices=_desk_choices),
        ChoiceFilter(
            key="mark", label=_("Deadline"), field="mark",
            choices=(Choice("WARN", _("Nearly over")), Choice("LATE", _("Overdue"))),
        ),
        MomentRange(
            key="due", label=_("Next deadline"), field="due_at",
            presets=(("today", "today", _("Today")), ("today", "today+6", _("Next 7 days"))),
        ),
        LevelFilter(key="unit"),
    )  # fmt: skip
    sorts = (
        Sort(key="due", label=_("Next deadline"), field="due_at", nullable=True),
        Sort(key="rank", label=_("Order of the queue"), field="rank"),
        Sort(key="new", label=pgettext_lazy("work order", "Came in"), field="received_at", descending=True),
    )
    default_sort = "due"
    views = (
        View(key="mine", label=_("My work"), query="owner=me&sort=due"),
        View(key="pool", label=_("Not taken at my desks"), query="pool=me&sort=rank"),
        View(key="soon", label=_("Nearly over"), query="mark=WARN&sort=due"),
        View(key="late", label=_("Overdue"), query="mark=LATE&sort=due"),
        View(
            key="waiting", label=pgettext_lazy("work order", "Waiting for the customer"), query="state=WAITING&sort=due"
        ),
        View(key="complaints", label=_("Complaints"), query="kind=COMPLAINT&sort=due"),
        View(key="all", label=_("All open"), query="sort=due"),
    )
    page_actions = (
        PageAction(
            label=_("Take the next one"), url_name="service:take-next", icon="hand-stop", permission=permissions.WORK,
            primary=True,
        ),
        PageAction(
            label=_("Take in an order"), url_name="service:order-new", icon="plus", permission=permissions.CREATE
        ),
        PageAction(
            label=pgettext_lazy("work order", "Calendar"), url_name="service:order-calendar", icon="calendar",
            permission=permissions.VIEW, filtered=True,
        ),
        PageAction(label=_("Archive"), url_name="service:archive-list", icon="archive", permission=permissions.VIEW),
        PageAction(label=_("Board"), url_name="service:board", icon="dashboard", permission=permissions.SUPERVISE),
    )  # fmt: skip
    row_actions = (
        RowAction(
            key="take", label=_("Take it"), icon="hand-stop", permission=permissions.WORK, panel=True,
            url=lambda row: reverse("service:order-act", args=[row.pk, "take"]) if row.pool_id else "",
        ),
    )  # fmt: skip
    bulk_actions = (HAND_ON, CHASE)
    empty = Empty(
        title=_("No open work orders"), text=_("What customers ask for, suggest or complain about appears here.")
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Open orders in scope, then those of customers lent to the post."""
        return queue_sources(actor, now=clock.now())

    def row_class(self, row: WorkOrder) -> str:
        """Red when the term is over, amber when nearly."""
        return {"LATE": "edge-bad", "WARN": "edge-warn"}.get(row.mark, "")


class ArchiveList(_Orders):
    """All orders in reach that ever were, newest first."""

    key = "work-order-archive"
    title = _("Archive of work orders")
    url_name = "service:archive-list"
    columns = (
        NUMBER, KIND, TITLE, CUSTOMER, STATE, OWNER, CHANNEL, RECEIVED,
        Column(key="closed", label=pgettext_lazy("work order", "Closed"), value="closed_at", kind="moment", width=144),
        Column(
            key="cause", label=_("Cause of it"), value=lambda row, _x: words.word(words.CAUSES, row.cause), width=120,
            low_priority=True,
        ),
    )  # fmt: skip
    filters = (
        NUMBER_FILTER,
        KIND_FILTER,
        ChoiceFilter(key="state", label=_("State"), field="status", primary=True, choices=_states(False)),
        MomentRange(
            key="came", label=pgettext_lazy("work order", "Came in"), field="received_at",
            presets=(("today", "today", _("Today")), ("today-6", "today", _("Last 7 days"))),
        ),
        DateRange(
            key="closed", label=pgettext_lazy("work order", "Closed"), field="closed_on",
            presets=(("today", "today", _("Today")), ("today-7", "today", _("Last 7 days"))),
        ),
        LevelFilter(key="unit"),
    )  # fmt: skip
    sorts = (Sort(key="new", label=pgettext_lazy("work order", "Came in"), field="received_at", descending=True),)
    default_sort = "-new"
    views = (
        View(key="all", label=_("All")),
        View(key="closed", label=_("Closed today"), query="closed.from=today&closed.to=today"),
        View(key="complaints", label=_("Complaints"), query="kind=COMPLAINT"),
    )
    page_actions = (PageAction(label=_("Open orders"), url_name="service:order-list", icon="ticket"),)
    empty = Empty(title=_("No work orders yet"), text=_("Orders stay here when they are closed."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Orders in scope, then those of customers lent to the post."""
        return archive_sources(actor, now=clock.now())
