"""Applications and the work of underwriting as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    TextFilter,
    View,
)
from keyuan.policies import permissions
from keyuan.policies.models import Application
from keyuan.policies.selectors.applications import applications_visible_to
from keyuan.policies.selectors.applications.labels import CLOCKS, CONCLUSIONS, STATUSES
from keyuan.policies.services.payments import NOTHING_DUE

NEW = PageAction(
    label=_("New application"), url_name="policies:application-create", icon="plus", permission=permissions.APPLY,
    primary=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extras:
    """Names of people, the day, and who asks."""

    actor: Actor
    today: date
    customers: dict[int, CustomerSummary]
    agents: dict[int, str]


def _holder(row: Application, extras: Extras) -> str:
    summary = extras.customers.get(row.holder_id)
    return customer_label(extras.actor, summary) if summary else ""


def _state(row: Application, _extras: Extras) -> Status:
    dot, word = STATUSES[row.status]
    return Status(word, dot)


class ApplicationList(ListSpec):
    """Applications in reach, what is due first."""

    key = "applications"
    title = _("Applications")
    permission = permissions.VIEW
    url_name = "policies:application-list"
    noun = _("applications")
    columns = (
        Column(key="no", label=_("Application number"), value="application_no", first=True, kind="link", width=150),
        Column(key="state", label=_("State"), value=_state, kind="status", width=140, phone=True),
        Column(key="holder", label=_("Policyholder"), value=_holder, width=110, phone=True),
        Column(key="product", label=_("Product"), value=lambda row, _extras: row.product.name, width=220),
        Column(key="sum", label=_("Sum insured (yuan)"), value="sum_insured", kind="money", width=130),
        Column(key="premium", label=_("Premium (yuan)"), value="premium", kind="money", width=120),
        Column(key="paid", label=_("Paid (yuan)"), value="paid_amount", kind="money", width=110, low_priority=True),
        Column(
            key="conclusion", label=_("Underwriting conclusion"), width=110,
            value=lambda row, _extras: CONCLUSIONS.get(row.conclusion, ""),
        ),
        Column(key="duty", label=_("What we owe"), value=lambda row, _extras: CLOCKS.get(row.due_clock, ""), width=140),
        Column(
            key="due", label=_("Due"), kind="date", sort="due", width=110,
            value=lambda row, _extras: None if row.due_on >= NOTHING_DUE else row.due_on,
        ),
        Column(key="underwriter", label=_("Underwriter"), value="underwriter_name", width=100, low_priority=True),
        Column(
            key="agent", label=_("Sold by"), width=100,
            value=lambda row, extras: extras.agents.get(row.agent_id or 0, ""),
        ),
        Column(key="made", label=_("Entered at"), value="created_at", kind="moment", sort="made", width=144),
    )  # fmt: skip
    filters = (
        TextFilter(key="no", label=_("Application number"), field="application_no", primary=True),
        ChoiceFilter(
            key="status", label=_("State"), field="status", primary=True,
            choices=tuple(Choice(code, words[1]) for code, words in STATUSES.items()),
        ),
    )  # fmt: skip
    sorts = (
        Sort(key="due", label=_("Due"), field="due_on"),
        Sort(key="made", label=_("Entered at"), field="created_at", descending=True),
    )
    default_sort = "due"
    views = (
        View(
            key="open",
            label=_("To be done by us"),
            query="status=SUBMITTED&status=UNDERWRITING&status=ACCEPTED&sort=due",
        ),
        View(key="check", label=_("To be checked"), query="status=SUBMITTED&sort=due"),
        View(key="underwriting", label=_("In underwriting"), query="status=UNDERWRITING&status=EXAM&sort=due"),
        View(
            key="customer",
            label=_("With the customer"),
            query="status=DRAFT&status=RETURNED&status=OFFERED&sort=-made",
        ),
        View(key="all", label=_("All"), query="sort=-made"),
    )
    page_actions = (NEW,)
    empty = Empty(
        title=_("No applications yet"),
        text=_("Enter one for a customer; underwriting takes it from there."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Application]]:
        """Return the applications in reach."""
        return [applications_visible_to(actor).select_related("product")]

    def prepare(self, actor: Actor, rows: Sequence[Application], _context: FilterContext) -> Extras:
        """Load the names of people."""
        seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in={row.holder_id for row in rows})
        agents = agent_names(row.agent_id for row in rows)
        return Extras(actor, clock.today(), {summary.pk: summary for summary in seen}, agents)

    def row_url(self, row: Application) -> str:
        """Return the application's page."""
        return reverse("policies:application-detail", args=[row.pk])

    def row_class(self, row: Application) -> str:
        """Mark what is overdue."""
        return "edge-bad" if row.due_on < clock.today() else ""
