"""The lists of key accounts and of the claims watch list (CUS-10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.extensions import HeadBadge, head_badges
from keyuan.customers.forms.special import RECEPTIONS
from keyuan.customers.models import CustomerSummary, KeyAccount, WatchListing
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.key_accounts import accounts_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.selectors.watching import CRITERIA, GRADES, effects_of, listings_visible_to, may_see
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    Sort,
    Status,
    Toned,
    View,
    choices_of,
    lists,
)
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.people import names_of

STATES: dict[str, tuple[Any, str]] = {
    "PROPOSED": (_("Waits for a decision"), "warn"),
    "IN_FORCE": (_("In force on the list"), "bad"),
    "REFUSED": (_("Refused"), "off"),
    "WITHDRAWN": (_("Withdrawn"), "off"),
    "LIFTED": (_("Lifted"), "ok"),
    "EXPIRED": (_("Over"), "off"),
}


@dataclass(frozen=True, slots=True)
class SpecialExtras:
    """Whom the rows are about, the names of managers, and what day it is."""

    actor: Actor
    today: date
    customers: dict[int, CustomerSummary]
    people: dict[int, str]


def _customer(row: Any, extras: SpecialExtras) -> Link | str:
    summary = extras.customers.get(row.customer_id)
    return Link(customer_label(extras.actor, summary), customer_url(row.customer_id)) if summary else ""


def _late(column: str) -> Any:
    def value(row: Any, extras: SpecialExtras) -> Any:
        day = getattr(row, column)
        return Toned(day, "bad") if day < extras.today else day

    return value


def extras_of(actor: Actor, rows: Sequence[Any], people: Iterable[int] = ()) -> SpecialExtras:
    """Load what the columns need besides the rows."""
    seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in={row.customer_id for row in rows})
    return SpecialExtras(actor, clock.today(), {row.pk: row for row in seen}, names_of(sorted(set(people))))


class KeyAccountList(ListSpec):
    """Key accounts, whose report is due first."""

    key = "key-accounts"
    title = _("Key accounts")
    permission = permissions.VIEW
    url_name = "customers:key-account-list"
    columns = (
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=160, first=True),
        Column(
            key="reception", label=_("Reception level"), width=160,
            value=lambda row, _extras: str(RECEPTIONS[row.reception]),
        ),
        Column(
            key="underwriting", label=_("Manager for underwriting"), width=120,
            value=lambda row, extras: extras.people.get(row.underwriting_manager_id),
        ),
        Column(
            key="claims", label=_("Manager for claims"), width=120,
            value=lambda row, extras: extras.people.get(row.claims_manager_id),
        ),
        Column(
            key="report", label=_("Next report"), value=_late("next_report_on"), kind="date", width=112, sort="report",
            phone=True,
        ),
        Column(key="review", label=_("Review by"), value=_late("review_on"), kind="date", width=112, sort="review"),
        Column(
            key="since", label=_("Key account since"), value="started_on", kind="date", width=112, low_priority=True
        ),
        Column(key="reason", label=_("Reason"), value="reason", width=200, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="reception", label=_("Reception level"), field="reception", choices=choices_of(RECEPTIONS),
            primary=True, dense=True,
        ),
        DateRange(key="report", label=_("Next report"), field="next_report_on", primary=True,
                  presets=(("", "today-1", _("Overdue")), ("today", "today+30", _("In 30 days")))),
        DateRange(key="review", label=_("Review by"), field="review_on", presets=(("", "today+30", _("In 30 days")),)),
    )  # fmt: skip
    sorts = (
        Sort(key="report", label=_("Next report"), field="next_report_on"),
        Sort(key="review", label=_("Review by"), field="review_on"),
    )
    default_sort = "report"
    views = (
        View(key="all", label=_("All key accounts")),
        View(key="late", label=_("Report overdue"), query="report.to=today-1&sort=report"),
        View(key="review", label=_("To be reviewed"), query="review.to=today+30&sort=review"),
    )
    empty = Empty(
        title=_("No key account yet"), text=_("A customer becomes one on the customer's page, under key account.")
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[KeyAccount]]:
        """Return the key accounts of today among the customers in reach."""
        return [accounts_visible_to(actor, now=clock.now()).filter(ended_on__isnull=True)]

    def prepare(self, actor: Actor, rows: Sequence[KeyAccount], _context: FilterContext) -> SpecialExtras:
        """Load customers and managers."""
        people = [pk for row in rows for pk in (row.underwriting_manager_id, row.claims_manager_id)]
        return extras_of(actor, rows, people)

    def row_url(self, row: KeyAccount) -> str:
        """Return the customer's page."""
        return f"{customer_url(row.customer_id)}?tab=key_account"


class WatchList(ListSpec):
    """Listings on the claims watch list, the newest first."""

    key = "watch-list"
    title = _("Claims watch list")
    permission = permissions.WATCH_VIEW
    url_name = "customers:watch-list"
    columns = (
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=140, first=True),
        Column(key="grade", label=_("Grade"), value=lambda row, _extras: str(GRADES[row.grade]), width=88),
        Column(
            key="criterion", label=_("Criterion"), width=220,
            value=lambda row, _extras: str(CRITERIA.get(row.criterion, row.criterion)),
        ),
        Column(
            key="state", label=_("State"), value=lambda row, _extras: Status(*STATES[row.status]), kind="status",
            width=128, phone=True,
        ),
        Column(key="proposed", label=_("Proposed at"), value="proposed_at", kind="moment", width=144, sort="proposed"),
        Column(key="proposer", label=_("Proposed by"), value="proposed_by_name", width=88),
        Column(key="decider", label=_("Decided by"), value="decided_by_name", width=88),
        Column(key="review", label=_("Review by"), value=_late("review_on"), kind="date", width=112, sort="review"),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="state", label=_("State"), field="status", primary=True, dense=True,
            choices=tuple(Choice(key, word) for key, (word, _tone) in STATES.items()),
        ),
        ChoiceFilter(
            key="grade", label=_("Grade"), field="grade", choices=choices_of(GRADES), primary=True, dense=True
        ),
    )  # fmt: skip
    sorts = (
        Sort(key="proposed", label=_("Proposed at"), field="proposed_at", descending=True),
        Sort(key="review", label=_("Review by"), field="review_on"),
    )
    default_sort = "-proposed"
    views = (
        View(key="waiting", label=_("To be decided"), query="state=PROPOSED&sort=-proposed"),
        View(key="force", label=_("In force on the list"), query="state=IN_FORCE&sort=review"),
        View(key="all", label=_("All listings")),
    )
    empty = Empty(
        title=_("Nobody is on the list"),
        text=_("Customers are proposed on their page; another person confirms each."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[WatchListing]]:
        """Return the listings of customers in reach, for those entitled."""
        return [listings_visible_to(actor, now=clock.now())]

    def prepare(self, actor: Actor, rows: Sequence[WatchListing], _context: FilterContext) -> SpecialExtras:
        """Load customers."""
        return extras_of(actor, rows)

    def row_url(self, row: WatchListing) -> str:
        """Return the customer's page."""
        return f"{customer_url(row.customer_id)}?tab=watch"


def watch_badges(actor: Actor, customer: Any) -> Iterable[tuple[str, Any, str]]:
    """Show in the head of the customer's page that a listing is in force, to those who may see the list."""
    effect = effects_of([customer.pk]).get(customer.pk) if may_see(actor) else None
    return [("bad", GRADES[effect.grade], "shield-off")] if effect else []


def register() -> None:
    """Put lists, badge and navigation into the registries."""
    lists.add(KeyAccountList())
    lists.add(WatchList())
    head_badges.add(HeadBadge("watch", watch_badges, 10))
    for item in (
        NavItem("key-accounts", _("Key accounts"), "customers:key-account-list", "award", permissions.VIEW, "care", 72),
        NavItem("watch", _("Claims watch list"), "customers:watch-list", "eye", permissions.WATCH_VIEW, "care", 73),
    ):
        nav_items.add(item)
