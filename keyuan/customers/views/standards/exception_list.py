"""The list of exceptions from the service standard (CUS-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.models import CustomerSummary, ServiceException
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.standards import exceptions_visible_to, remember_names
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    Sort,
    Status,
    View,
    lists,
)
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.shell import ShellExtra, shell_extras

STATES: dict[str, tuple[Any, str]] = {
    "ASKED": (_("Waits for a decision"), "warn"),
    "APPROVED": (_("Approved"), "ok"),
    "REFUSED": (_("Refused"), "bad"),
    "WITHDRAWN": (_("Withdrawn"), "off"),
    "REVOKED": (_("Revoked"), "bad"),
    "EXPIRED": (_("Over"), "off"),
}


@dataclass(frozen=True, slots=True)
class ExceptionExtras:
    """Whom the requests are about."""

    actor: Actor
    customers: dict[int, CustomerSummary]


def _customer(row: ServiceException, extras: ExceptionExtras) -> Link | str:
    summary = extras.customers.get(row.customer_id)
    return Link(customer_label(extras.actor, summary), customer_url(row.customer_id)) if summary else ""


class ExceptionList(ListSpec):
    """Exceptions, the newest request first."""

    key = "service-exceptions"
    title = _("Service exceptions")
    permission = permissions.EXCEPTION_ASK
    url_name = "customers:exception-list"
    columns = (
        Column(key="service", label=_("Service asked for"), value="service", width=220, first=True),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=112, phone=True),
        Column(
            key="state", label=_("State"), value=lambda row, _extras: Status(*STATES[row.status]), kind="status",
            width=128, phone=True,
        ),
        Column(key="reason", label=_("Reason"), value="reason", width=240),
        Column(key="until", label=_("Until"), value="valid_until", kind="date", width=104),
        Column(key="asked", label=_("Asked at"), value="asked_at", kind="moment", width=144, sort="asked"),
        Column(key="asker", label=_("Asked by"), value="asked_by_name", width=88),
        Column(key="decider", label=_("Decided by"), value="decided_by_name", width=88),
        Column(key="note", label=_("Reason of the decision"), value="note", width=200, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="state", label=_("State"), field="status", primary=True, dense=True,
            choices=tuple(Choice(key, word) for key, (word, _tone) in STATES.items()),
        ),
    )  # fmt: skip
    sorts = (Sort(key="asked", label=_("Asked at"), field="asked_at", descending=True),)
    default_sort = "-asked"
    views = (
        View(key="waiting", label=_("To be decided"), query="state=ASKED&sort=-asked"),
        View(key="all", label=_("All requests")),
        View(key="approved", label=_("Approved"), query="state=APPROVED&sort=-asked"),
    )
    empty = Empty(
        title=_("No exception was asked for"),
        text=_("Ask on a customer's page, under service standard; another person decides."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[ServiceException]]:
        """Return the requests about customers in reach."""
        return [exceptions_visible_to(actor, now=clock.now())]

    def prepare(self, actor: Actor, rows: Sequence[ServiceException], _context: FilterContext) -> ExceptionExtras:
        """Load whom the requests are about."""
        seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in={row.customer_id for row in rows})
        return ExceptionExtras(actor, {summary.pk: summary for summary in seen})

    def row_url(self, row: ServiceException) -> str:
        """Return the customer's page, where the request is decided."""
        return f"{customer_url(row.customer_id)}?tab=entitlements"


def _remember(_request: Any, _actor: Actor) -> None:
    """Call tiers on this page as the edition in force does."""
    remember_names(clock.today())


def register() -> None:
    """Put the list and the pages of the standard into the registries."""
    shell_extras.add(ShellExtra("tier_names", _remember))
    lists.add(ExceptionList())
    nav_items.add(
        NavItem("standards", _("Service standard"), "customers:standards", "crown", permissions.VIEW, "care", 70)
    )
    nav_items.add(
        NavItem(
            "exceptions", _("Service exceptions"), "customers:exception-list", "star", permissions.EXCEPTION_ASK,
            "care", 71,
        )
    )  # fmt: skip
