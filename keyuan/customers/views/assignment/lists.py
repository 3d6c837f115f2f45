"""The lists of allocation: orphans, batches and their customers, receptions, first contacts (CUS-9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers import permissions
from keyuan.customers.forms.assignment import wording
from keyuan.customers.forms.bulk import AssignForm
from keyuan.customers.models import Allocation, AllocationItem, FirstContact, OrphanCase, Reception
from keyuan.customers.rules.allocation.orphans import notice_band
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.allocation.access import (
    allocations_visible_to,
    first_contacts_visible_to,
    items_visible_to,
    orphans_visible_to,
    receptions_visible_to,
)
from keyuan.customers.selectors.allocation.boards import customers_of_cases, recent_batches
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.customers.services.assignment import assign_customers, undo_assignment
from keyuan.customers.views.lists import agent_choices, agent_word
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import clock
from keyuan.platform.audit.labels import program_name
from keyuan.platform.lists import (
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    NumberRange,
    PageAction,
    Sort,
    Status,
    Toned,
    TypeaheadFilter,
    Verdict,
    View,
    choices_of,
)
from keyuan.platform.navigation import NavItem, nav_items

NO_DAY = date(9999, 12, 31)


@dataclass(frozen=True)
class Names:
    """What the columns need besides the rows."""

    customers: dict[int, str]
    agents: dict[int, str]
    units: dict[int, str]
    today: date


def names_for(
    actor: Actor, context: FilterContext, customers: Sequence[Any], agents: Sequence[Any], units: Sequence[Any]
) -> Names:
    """Load the names of a page."""
    ids = sorted({pk for pk in customers if pk})
    found = customer_labels(actor, ids, now=clock.now())
    return Names(found, agent_names(agents), unit_names(units), context.today)


def customer_cell(row: Any, names: Names) -> Any:
    """Return the customer's name, leading to the record."""
    label = names.customers.get(row.customer_id)
    return Link(label, customer_url(row.customer_id)) if label else "—"


def _notice(row: OrphanCase, names: Names) -> Status:
    band = "TOLD" if row.notified_at else notice_band(row.notice_due_on, names.today)
    return Status(*wording.NOTICE_BANDS[band])


def _due(row: OrphanCase, names: Names) -> Any:
    if row.notice_due_on >= NO_DAY:
        return None
    late = row.notice_due_on < names.today and row.notified_at is None
    return Toned(row.notice_due_on, "bad") if late else row.notice_due_on


def _age(row: OrphanCase, names: Names) -> int:
    return (names.today - row.since).days


def _assign_form(actor: Actor, data: Any) -> AssignForm:
    return AssignForm(data, actor=actor)


def _all(_actor: Actor, ids: Sequence[int], _now: datetime) -> Verdict:
    return Verdict(tuple(ids))


def _assign(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    customers = customers_of_cases(actor, ids)
    return assign_customers(actor=actor, customer_ids=customers, agent_id=data["agent"], reason=data["reason"], now=now)


def _unassign(actor: Actor, payload: list[dict[str, Any]], now: datetime) -> int:
    return undo_assignment(actor=actor, before=payload, now=now)


ASSIGN_BY_HAND = BulkAction(
    key="assign",
    label=_("Assign"),
    icon="arrows-exchange",
    permission=permissions.ASSIGN,
    check=_all,
    run=_assign,
    undo=_unassign,
    form=_assign_form,
    consequence=_("The same constraints hold as for rules; where one stands against a customer, nothing is changed."),
)
ALLOCATE = PageAction(
    label=_("Allocate by rules"), url_name="customers:allocation-create", icon="sitemap",
    permission=permissions.ALLOCATE, primary=True,
)  # fmt: skip
BOARD = PageAction(label=_("Board"), url_name="customers:orphan-board", icon="chart-bar")
RULES = PageAction(
    label=_("Rules"), url_name="customers:allocation-rules", icon="adjustments",
    permission=permissions.ALLOCATION_RULES,
)  # fmt: skip


class OrphanList(ListSpec):
    """Customers whom nobody serves, the most urgent notice first."""

    key = "orphans"
    title = _("Orphans")
    permission = permissions.ORPHANS
    url_name = "customers:orphan-list"
    noun = _("customers")
    columns = (
        Column(key="customer", label=_("Customer"), value=customer_cell, width=112, first=True),
        Column(key="reason", label=_("Why"), value=lambda row, _n: wording.ORPHAN_REASONS[row.reason], width=168),
        Column(key="notice", label=_("Notice"), value=_notice, kind="status", width=128, phone=True),
        Column(key="due", label=_("Notice due"), value=_due, kind="date", width=112, sort="due"),
        Column(key="age", label=_("Days without a person"), value=_age, kind="number", width=144, sort="since"),
        Column(
            key="premium", label=_("Annual premium (CNY)"), value="annual_premium", kind="money", width=124,
            sort="premium", phone=True,
        ),
        Column(key="policies", label=_("Policies"), value="policies_in_force", kind="number", width=72),
        Column(key="tier", label=_("Tier"), value=lambda row, _n: labels.label_of(labels.TIERS, row.tier), width=96),
        Column(
            key="former", label=_("Formerly served by"), width=112, low_priority=True,
            value=lambda row, names: names.agents.get(row.former_agent_id),
        ),
        Column(key="unit", label=_("Unit"), value=lambda row, names: names.units.get(row.team_id), width=160),
        Column(
            key="channel", label=_("Sales channel"), width=112, low_priority=True,
            value=lambda row, _n: labels.label_of(labels.SALES_CHANNELS, row.sales_channel),
        ),
        Column(key="returns", label=_("Times returned"), value="returns", kind="number", width=96, default=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="reason", label=_("Why"), field="reason", choices=choices_of(wording.ORPHAN_REASONS), primary=True
        ),
        ChoiceFilter(
            key="channel", label=_("Sales channel"), field="sales_channel", dense=True, primary=True,
            choices=choices_of(labels.SALES_CHANNELS),
        ),
        DateRange(
            key="due", label=_("Notice due"), field="notice_due_on",
            presets=(("", "today-1", _("Overdue")), ("today", "today+3", _("Within 3 days")),
                     ("today", "today+10", _("Within 10 days"))),
        ),
        NumberRange(key="premium", label=_("Annual premium (CNY)"), field="annual_premium", money=True),
    )  # fmt: skip
    sorts = (
        Sort(key="due", label=_("Notice due"), field="notice_due_on"),
        Sort(key="premium", label=_("Annual premium"), field="annual_premium", descending=True),
        Sort(key="since", label=_("Days without a person"), field="since"),
    )
    default_sort = "due"
    views = (
        View(key="all", label=_("All")),
        View(key="late", label=_("Notice overdue"), query="due.to=today-1&sort=due"),
        View(key="left", label=_("Service person left"), query="reason=AGENT_LEFT&sort=due"),
        View(key="moved", label=_("Service person moved"), query="reason=AGENT_MOVED&sort=due"),
        View(key="bank", label=_("Bank customers"), query="reason=BANK_LEGACY&sort=-premium"),
        View(key="group", label=_("Group customers"), query="reason=GROUP_LEGACY&sort=-premium"),
    )
    bulk_actions = (ASSIGN_BY_HAND,)
    page_actions = (ALLOCATE, BOARD, RULES)
    empty = Empty(
        title=_("Everybody is served"),
        text=_("Customers whose person left or moved appear here the morning after."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[OrphanCase]]:
        """Open cases in scope."""
        return [orphans_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[OrphanCase], context: FilterContext) -> Names:
        """Name customers, former people and teams."""
        return names_for(
            actor, context, [row.customer_id for row in rows], [row.former_agent_id for row in rows],
            [row.team_id for row in rows],
        )  # fmt: skip

    def row_url(self, row: OrphanCase) -> str:
        """The customer."""
        return customer_url(row.customer_id)


def _state(words: Mapping[str, tuple[Any, str]]) -> Any:
    return lambda row, _names: Status(*words[row.state])


class AllocationList(ListSpec):
    """Batches of the units in scope."""

    key = "allocations"
    title = _("Allocations")
    permission = permissions.ALLOCATE
    url_name = "customers:allocation-list"
    noun = _("allocations")
    columns = (
        Column(key="name", label=pgettext_lazy("allocation", "Name"), width=200, first=True),
        Column(key="state", label=_("State"), value=_state(wording.BATCH_STATES), kind="status", width=140, phone=True),
        Column(key="total", label=_("Customers"), value="total", kind="number", width=96),
        Column(key="placed", label=pgettext_lazy("allocation", "Placed"), value="placed", kind="number", width=96),
        Column(key="left", label=_("Left over"), value="left_over", kind="number", width=96),
        Column(
            key="by",
            label=pgettext_lazy("allocation", "By"),
            value=lambda row, _extras: program_name(row.created_by_name),
            width=112,
        ),
        Column(key="created", label=pgettext_lazy("allocation", "Begun"), value="created_at", kind="moment",
               width=150, sort="new", phone=True),
    )  # fmt: skip
    sorts = (Sort(key="new", label=pgettext_lazy("allocation", "Begun"), field="created_at", descending=True),)
    default_sort = "-new"
    views = (View(key="all", label=_("All")),)
    page_actions = (ALLOCATE, RULES)
    empty = Empty(
        title=_("No allocation yet"), text=_("Plan one over the customers whom nobody serves."), action=ALLOCATE
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Allocation]]:
        """Batches in scope."""
        return [allocations_visible_to(actor)]

    def row_url(self, row: Allocation) -> str:
        """The batch."""
        return reverse("customers:allocation", args=[row.pk])

    def panel_url(self, _row: Allocation) -> str:
        """Batches open whole."""
        return ""


def _batches(actor: Actor) -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in recent_batches(actor)]


def _why(row: AllocationItem, _names: Names) -> Any:
    words = wording.RETURN_REASONS if row.state == "RETURNED" else wording.LEFT_OVER
    return wording.word_of(words, row.reason) if row.reason else None


class ItemList(ListSpec):
    """The customers of batches: to whom, or why nobody."""

    key = "allocation-items"
    title = _("Customers of allocations")
    permission = permissions.ALLOCATE
    url_name = "customers:allocation-item-list"
    noun = _("customers")
    columns = (
        Column(key="customer", label=_("Customer"), value=customer_cell, width=120, first=True),
        Column(key="state", label=_("State"), value=_state(wording.ITEM_STATES), kind="status", width=150, phone=True),
        Column(key="agent", label=_("To whom"), value=lambda row, names: names.agents.get(row.agent_id), width=112),
        Column(key="backup", label=_("Second contact"), width=112, low_priority=True,
               value=lambda row, names: names.agents.get(row.backup_agent_id)),
        Column(key="unit", label=_("Receiving unit"), width=160,
               value=lambda row, names: names.units.get(row.receiving_unit_id)),
        Column(key="why", label=_("Why"), value=_why, width=220),
        Column(key="premium", label=_("Annual premium (CNY)"), value="annual_premium", kind="money", width=124),
        Column(key="note", label=_("Note"), value="note", width=160, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="batch", label=_("Allocation"), field="allocation_id", primary=True, multiple=False, integer=True,
            choices=_batches,
        ),
        ChoiceFilter(
            key="state", label=_("State"), field="state", primary=True, multiple=False,
            choices=tuple(Choice(code, words[0]) for code, words in wording.ITEM_STATES.items()),
        ),
        TypeaheadFilter(
            key="agent", label=_("To whom"), field="agent_id", search=agent_choices, label_of=agent_word
        ),
    )  # fmt: skip
    sorts = (Sort(key="number", label=_("Line"), field="id"),)
    default_sort = "number"
    indexed_pairs = frozenset({("batch", "number"), ("state", "number"), ("agent", "number")})
    views = (View(key="all", label=_("All")),)
    empty = Empty(title=_("Nothing to show"), text=_("Plan an allocation first."), action=ALLOCATE)

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[AllocationItem]]:
        """Customers of batches in scope, and of what one's units received."""
        return [items_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[AllocationItem], context: FilterContext) -> Names:
        """Name customers, people and units."""
        people = [pk for row in rows for pk in (row.agent_id, row.backup_agent_id)]
        units = [row.receiving_unit_id for row in rows]
        return names_for(actor, context, [row.customer_id for row in rows], people, units)

    def row_url(self, row: AllocationItem) -> str:
        """The customer."""
        return customer_url(row.customer_id)


def _deadline(row: Reception, names: Names) -> Any:
    late = row.state in ("WAITING", "ESCALATED") and timezone.localdate(row.deadline_at) < names.today
    return Toned(row.deadline_at, "bad") if late else row.deadline_at


class ReceptionList(ListSpec):
    """What units in scope were given, the nearest deadline first."""

    key = "receptions"
    title = _("Receptions")
    permission = permissions.RECEIVE
    url_name = "customers:reception-list"
    noun = _("receptions")
    columns = (
        Column(key="unit", label=_("Receiving unit"), value=lambda row, names: names.units.get(row.unit_id), width=180,
               first=True),
        Column(key="batch", label=_("Allocation"), value="allocation.name", width=180),
        Column(key="state", label=_("State"), value=_state(wording.RECEPTION_STATES), kind="status", width=140,
               phone=True),
        Column(key="customers", label=_("Customers"), value="customers", kind="number", width=96),
        Column(key="returned", label=pgettext_lazy("allocation", "Returned"), value="returned", kind="number",
               width=96),
        Column(key="premium", label=_("Annual premium (CNY)"), value="annual_premium", kind="money", width=124),
        Column(key="deadline", label=_("Answer by"), value=_deadline, kind="moment", width=150, sort="deadline",
               phone=True),
        Column(key="by", label=_("Answered by"), value="answered_by_name", width=112, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="state", label=_("State"), field="state", primary=True,
            choices=tuple(Choice(code, words[0]) for code, words in wording.RECEPTION_STATES.items()),
        ),
    )  # fmt: skip
    sorts = (Sort(key="deadline", label=_("Answer by"), field="deadline_at"),)
    default_sort = "deadline"
    views = (
        View(key="open", label=_("To be answered"), query="state=WAITING&state=ESCALATED&sort=deadline"),
        View(key="all", label=_("All"), query="sort=-deadline"),
    )
    empty = Empty(title=_("Nothing was allocated to your units"), text=_("What is given to you waits here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Reception]]:
        """Receptions in scope."""
        return [receptions_visible_to(actor).select_related("allocation")]

    def prepare(self, actor: Actor, rows: Sequence[Reception], context: FilterContext) -> Names:
        """Name the units."""
        return names_for(actor, context, [], [], [row.unit_id for row in rows])

    def row_url(self, row: Reception) -> str:
        """The reception."""
        return reverse("customers:reception", args=[row.pk])

    def panel_url(self, _row: Reception) -> str:
        """Receptions open whole."""
        return ""


def _owed(row: FirstContact, names: Names) -> Any:
    return Toned(row.due_on, "bad") if row.due_on < names.today else row.due_on


class FirstContactList(ListSpec):
    """First contacts that new service people still owe."""

    key = "first-contacts"
    title = _("First contacts owed")
    permission = permissions.ORPHANS
    url_name = "customers:first-contact-list"
    noun = _("customers")
    columns = (
        Column(key="customer", label=_("Customer"), value=customer_cell, width=120, first=True),
        Column(key="due", label=pgettext_lazy("first contact", "Due"), value=_owed, kind="date", width=112,
               sort="due", phone=True),
        Column(key="agent", label=_("Served by"), value=lambda row, names: names.agents.get(row.servicing_agent_id),
               width=112, phone=True),
        Column(key="unit", label=_("Unit"), value=lambda row, names: names.units.get(row.team_id), width=180),
        Column(key="since", label=_("Assigned"), value="assigned_at", kind="moment", width=150),
    )  # fmt: skip
    filters = (
        DateRange(
            key="due", label=pgettext_lazy("first contact", "Due"), field="due_on",
            presets=(("", "today-1", _("Overdue")), ("today", "today+3", _("Within 3 days"))),
        ),
    )  # fmt: skip
    sorts = (Sort(key="due", label=pgettext_lazy("first contact", "Due"), field="due_on"),)
    default_sort = "due"
    views = (
        View(key="all", label=_("All")),
        View(key="late", label=_("Overdue"), query="due.to=today-1&sort=due"),
    )
    empty = Empty(title=_("No first contact is owed"), text=_("Whoever gets new customers is asked to reach them."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[FirstContact]]:
        """What is owed in scope."""
        return [first_contacts_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[FirstContact], context: FilterContext) -> Names:
        """Name customers, people and teams."""
        return names_for(
            actor, context, [row.customer_id for row in rows], [row.servicing_agent_id for row in rows],
            [row.team_id for row in rows],
        )  # fmt: skip

    def row_url(self, row: FirstContact) -> str:
        """The customer."""
        return customer_url(row.customer_id)


SPECS: tuple[ListSpec, ...] = (OrphanList(), AllocationList(), ItemList(), ReceptionList(), FirstContactList())


def register_navigation() -> None:
    """Put the entries into the navigation."""
    entries = (
        ("orphans", _("Orphans"), "customers:orphan-list", "user-question", permissions.ORPHANS, 40),
        ("allocations", _("Allocations"), "customers:allocation-list", "sitemap", permissions.ALLOCATE, 41),
        ("receptions", _("Receptions"), "customers:reception-list", "inbox", permissions.RECEIVE, 42),
        ("handovers", _("Hand-overs"), "customers:handover-list", "user-minus", permissions.HANDOVER_REPORTS, 43),
    )
    for key, label, url, icon, permission, order in entries:
        nav_items.add(NavItem(key, label, url, icon, permission, "assigning", order))
