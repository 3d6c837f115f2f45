"""The list of privacy requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.contact import permissions
from keyuan.contact.forms.privacy_words import KINDS, STATES, request_state, word
from keyuan.contact.models import PrivacyRequest
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.selectors.privacy.requests import request_sources
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.kernel.calendars import Calendar
from keyuan.platform import clock
from keyuan.platform.clocks.timetables import calendar_in_force
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    PageAction,
    Sort,
    Toned,
    View,
)

#: Working days before the due day from which a request is marked.
SOON = 3


@dataclass(frozen=True, slots=True)
class RequestExtras:
    """Names of the customers in reach, the day, and the calendar by which days are counted."""

    customers: Mapping[int, str]
    today: date
    calendar: Calendar


def _customer(row: PrivacyRequest, extras: RequestExtras) -> Link | str:
    name = extras.customers.get(row.customer_id)
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else ""


def _left(row: PrivacyRequest, extras: RequestExtras) -> Any:
    if row.status not in rules.OPEN or row.status == rules.PAUSED:
        return None
    left = rules.working_days_left(extras.today, row.due_on, extras.calendar)
    return Toned(left, "bad") if left < 0 else Toned(left, "warn") if left <= SOON else left


class RequestList(ListSpec):
    """Requests of customers in reach, the most urgent first."""

    key = "privacy-requests"
    title = _("Privacy requests")
    permission = permissions.PRIVACY
    url_name = "contact:privacy-requests"
    columns = (
        Column(key="number", label=_("Request number"), value="number", width=128, first=True),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=112, phone=True),
        Column(key="kind", label=_("What is asked for"), value=lambda row, _x: word(KINDS, row.kind), width=144),
        Column(
            key="state",
            label=_("State"),
            value=lambda row, _x: request_state(row.status),
            kind="status",
            width=144,
            phone=True,
        ),
        Column(key="due", label=pgettext_lazy("privacy", "Due"), value="due_on", kind="date", width=104, sort="due"),
        Column(key="left", label=_("Working days left"), value=_left, kind="number", width=88),
        Column(key="user", label=_("Handled by"), value="user_name", width=88),
        Column(
            key="received",
            label=pgettext_lazy("privacy", "Received"),
            value="received_at",
            kind="moment",
            width=144,
            sort="received",
        ),
    )
    filters = (
        ChoiceFilter(
            key="state",
            label=_("State"),
            field="status",
            choices=tuple(Choice(key, label) for key, (label, _tone) in STATES.items()),
            primary=True,
        ),
        ChoiceFilter(
            key="kind",
            label=_("What is asked for"),
            field="kind",
            choices=tuple(Choice(key, label) for key, label in KINDS.items()),
            primary=True,
        ),
        DateRange(
            key="due",
            label=pgettext_lazy("privacy", "Due"),
            field="due_on",
            presets=(("", "today-1", _("Overdue")), ("today", "today+7", _("In 7 days"))),
        ),
    )
    sorts = (
        Sort(key="due", label=pgettext_lazy("privacy", "Due"), field="due_on"),
        Sort(key="received", label=pgettext_lazy("privacy", "Received"), field="received_at", descending=True),
    )
    default_sort = "due"
    views = (
        View(key="all", label=_("All")),
        View(key="check", label=_("Identity to be checked"), query="state=RECEIVED&sort=due"),
        View(key="working", label=_("Being worked on"), query="state=WORKING&sort=due"),
        View(key="newest", label=_("Newest first"), query="sort=-received"),
    )
    page_actions = (
        PageAction(label=_("Retention"), url_name="contact:retention", icon="clock", permission=permissions.RETENTION),
    )
    empty = Empty(
        title=_("No privacy requests yet"),
        text=_("What customers ask of their data appears here. Take a request in on the customer's page."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[PrivacyRequest]]:
        """Requests of customers served in scope, and of those lent to the post."""
        return request_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[PrivacyRequest], context: FilterContext) -> RequestExtras:
        """Load the names."""
        ids = list({row.customer_id for row in rows})
        return RequestExtras(customer_labels(actor, ids, now=clock.now()), context.today, calendar_in_force())

    def row_url(self, row: PrivacyRequest) -> str:
        """The request's page."""
        return reverse("contact:privacy-request", args=[row.pk])

    def panel_url(self, _row: Any) -> str:
        """No side panel."""
        return ""
