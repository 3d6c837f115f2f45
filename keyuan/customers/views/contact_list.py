"""The list of contacts with customers (CUS-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.models import CustomerSummary, Interaction
from keyuan.customers.selectors import interaction_sources, labels, summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.audit.labels import program_name
from keyuan.platform.lists import (
    Badge,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    Sort,
    Status,
    View,
    choices_of,
    lists,
)
from keyuan.platform.navigation import NavItem, nav_items


@dataclass(frozen=True, slots=True)
class ContactExtras:
    """Who the entries are about, and who acts."""

    actor: Actor
    customers: dict[int, CustomerSummary]


def _known(actor: Actor, rows: Sequence[Interaction]) -> dict[int, CustomerSummary]:
    visible = summaries_visible_to(actor, now=clock.now())
    return {summary.pk: summary for summary in visible.filter(pk__in={row.customer_id for row in rows})}


def _customer(row: Interaction, extras: ContactExtras) -> Link | str:
    summary = extras.customers.get(row.customer_id)
    return Link(customer_label(extras.actor, summary), customer_url(row.customer_id)) if summary else ""


def _outcome(row: Interaction, _extras: ContactExtras) -> Status | None:
    if not row.outcome:
        return None
    tone = {"REACHED": "ok", "AGREED": "ok", "DONE": "ok", "NOT_REACHED": "warn", "FOLLOW_UP": "accent"}
    return Status(labels.label_of(labels.OUTCOMES, row.outcome), tone.get(row.outcome, "off"))


def _staff(row: Interaction, _extras: ContactExtras) -> str:
    return program_name(row.staff_name)


def by_day(rows: QuerySet[Any], value: tuple[str, str], context: FilterContext) -> QuerySet[Any]:
    """Keep entries of the days in Beijing time."""
    low, high = OCCURRED.days(value, context)
    if low is not None:
        rows = rows.filter(occurred_at__gte=clock.start_of(low))
    return rows.filter(occurred_at__lt=clock.end_of(high)) if high is not None else rows


OCCURRED = DateRange(
    key="on",
    label=_("Date"),
    field="occurred_at",
    primary=True,
    apply=by_day,
    presets=(
        ("today", "today", _("Today")),
        ("today-6", "today", _("Last 7 days")),
        ("today-29", "today", _("Last 30 days")),
    ),
)


class InteractionList(ListSpec):
    """Contacts with the customers in reach, newest first."""

    key = "interactions"
    title = _("Contact records")
    permission = permissions.VIEW
    url_name = "customers:interaction-list"
    columns = (
        Column(key="when", label=_("Moment"), value="occurred_at", kind="moment", width=144, sort="when", first=True),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=112, phone=True),
        Column(
            key="kind",
            label=_("Way"),
            value=lambda row, _extras: Badge(labels.label_of(labels.INTERACTION_KINDS, row.kind)),
            kind="badge",
            width=88,
        ),
        Column(key="summary", label=_("What"), value="summary", width=320),
        Column(
            key="direction",
            label=_("Direction"),
            value=lambda row, _extras: labels.label_of(labels.DIRECTIONS, row.direction),
            width=112,
            low_priority=True,
        ),
        Column(key="outcome", label=_("Outcome"), value=_outcome, kind="status", width=112, phone=True),
        Column(
            key="purpose",
            label=_("Purpose"),
            value=lambda row, _extras: labels.label_of(labels.PURPOSES, row.purpose),
            width=104,
            low_priority=True,
        ),
        Column(key="staff", label=_("Handled by"), value=_staff, width=88),
    )
    filters = (
        OCCURRED,
        ChoiceFilter(
            key="kind", label=_("Way"), field="kind", choices=choices_of(labels.INTERACTION_KINDS), primary=True
        ),
        ChoiceFilter(
            key="outcome", label=_("Outcome"), field="outcome", choices=choices_of(labels.OUTCOMES), primary=True
        ),
    )
    sorts = (Sort(key="when", label=_("Moment"), field="occurred_at", descending=True),)
    default_sort = "-when"
    views = (
        View(key="recent", label=_("All contacts")),
        View(key="today", label=_("Today"), query="on.from=today&on.to=today&sort=-when"),
        View(key="calls", label=_("Calls"), query="kind=CALL&sort=-when"),
        View(key="follow-up", label=_("To be followed up"), query="outcome=FOLLOW_UP&sort=-when"),
        View(key="not-reached", label=_("Not reached"), query="outcome=NOT_REACHED&sort=-when"),
    )
    empty = Empty(title=_("No contacts yet"), text=_("Calls, visits and messages with your customers appear here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Interaction]]:
        """Return the entries about customers served in scope."""
        return [rows.defer("detail") for rows in interaction_sources(actor, now=clock.now())]

    def prepare(self, actor: Actor, rows: Sequence[Interaction], _context: FilterContext) -> ContactExtras:
        """Load whom the entries are about."""
        return ContactExtras(actor, _known(actor, rows))

    def row_url(self, row: Interaction) -> str:
        """Return the customer's page."""
        return customer_url(row.customer_id)


def register() -> None:
    """Put the list and its place in the navigation into the registries."""
    lists.add(InteractionList())
    nav_items.add(
        NavItem(
            "interactions",
            _("Contact records"),
            "customers:interaction-list",
            "messages",
            permissions.VIEW,
            "customers",
            40,
        )
    )
