"""The list of policies (POL-1, POL-3): what falls due, what is in grace, what is suspended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.labels import SALES_CHANNELS, label_of
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.kernel.actor import Actor
from keyuan.kernel.width import half_width
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    Badge,
    BooleanFilter,
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
    TextFilter,
    Toned,
    Verdict,
    View,
    lists,
)
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.models import Policy
from keyuan.policies.selectors import policy_sources
from keyuan.policies.selectors.contract import policy_number, state_of
from keyuan.policies.selectors.holders import holders_of
from keyuan.policies.selectors.labels import PRODUCT_KINDS, STATUSES, SUB_STATES
from keyuan.policies.views.cells import Extras, about_living, agent_cell, agent_filter, person_cell, task_action

TAIL = 6
#: Sub-states that the state column says already.
IN_STATE = frozenset({"in_grace", "in_cooling_off"})


def _holder(row: Policy, extras: Extras) -> Link | str | None:
    return person_cell(extras.actor, row.holder_name, row.holder_id)


def _number(row: Policy, extras: Extras) -> str:
    return policy_number(extras.actor, row)


def _state(row: Policy, extras: Extras) -> Status:
    state = state_of(row, extras.today)
    return Status(state.word, state.dot)


def _marks(row: Policy, _extras: Extras) -> list[Badge]:
    return [
        Badge(word, tone)
        for column, (tone, word) in SUB_STATES.items()
        if column not in IN_STATE and getattr(row, column)
    ]


def _due(row: Policy, extras: Extras) -> Any:
    return Toned(row.next_due_on, "bad") if row.next_due_on < extras.today else row.next_due_on


def _by_number(rows: QuerySet[Policy], value: Any, _context: FilterContext) -> QuerySet[Policy]:
    """Keep policies with the typed number, or whose number ends in the typed six characters."""
    typed = half_width(str(value)).strip().upper()
    return rows.filter(policy_no_tail=typed) if len(typed) == TAIL else rows.filter(policy_no=typed)


def _holders(_actor: Actor, ids: Sequence[int], _now: datetime) -> dict[int, int | None]:
    return holders_of(ids)


def _check_holders(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    return about_living(actor, ids, holders_of(ids), "policy.no_holder_in_reach", now)


CREATE_TASK = task_action(
    _holders,
    check=_check_holders,
    consequence=_("Each policyholder gets one task, in the list of whoever serves them."),
)


ENTER = PageAction(
    label=_("Enter a policy"), url_name="policies:policy-create", icon="plus", permission=permissions.EDIT, primary=True
)


class PolicyList(ListSpec):
    """Policies served in scope, by what falls due next."""

    key = "policies"
    title = _("Policies")
    permission = permissions.VIEW
    url_name = "policies:policy-list"
    columns = (
        Column(key="number", label=_("Policy number"), value=_number, width=144, first=True),
        Column(key="holder", label=_("Policyholder"), value=_holder, kind="link", width=104),
        Column(key="product", label=_("Product"), value="product.name", width=168),
        Column(key="state", label=_("State"), value=_state, kind="status", width=112, phone=True),
        Column(
            key="premium", label=_("Annual premium"), value="annual_premium", kind="money", width=112, sort="premium"
        ),
        Column(key="due", label=_("Next due"), value=_due, kind="date", width=124, sort="due", phone=True),
        Column(
            key="amount", label=_("Due amount"), value="next_due_amount", kind="money", width=104, low_priority=True
        ),
        Column(
            key="effective",
            label=_("Effective from"),
            value="effective_on",
            kind="date",
            width=112,
            sort="effective",
            low_priority=True,
        ),
        Column(key="agent", label=_("Served by"), value=agent_cell, width=96, low_priority=True),
        Column(
            key="expires", label=_("Expires"), value="expires_on", kind="date", width=112, sort="expires", default=False
        ),
        Column(key="sum", label=_("Sum insured"), value="sum_insured", kind="money", width=120, default=False),
        Column(key="currency", label=_("Currency"), value="currency", width=72, default=False),
        Column(
            key="kind",
            label=_("Kind"),
            value=lambda row, _extras: label_of(PRODUCT_KINDS, row.kind),
            width=88,
            default=False,
        ),
        Column(
            key="channel",
            label=_("Sales channel"),
            value=lambda row, _extras: label_of(SALES_CHANNELS, row.sales_channel),
            width=112,
            default=False,
        ),
        Column(key="marks", label=_("Marks"), value=_marks, kind="badges", width=168, default=False),
        Column(key="grace", label=_("Grace ends"), value="grace_until", kind="date", width=112, default=False),
    )
    filters = (
        TextFilter(
            key="q",
            label=_("Policy number"),
            placeholder=_("Number or last six"),
            primary=True,
            searches=True,
            apply=_by_number,
        ),
        ChoiceFilter(
            key="status",
            label=_("Status"),
            field="status",
            choices=tuple(Choice(code, word) for code, (_tone, word) in STATUSES.items()),
            primary=True,
        ),
        ChoiceFilter(
            key="kind",
            label=_("Kind"),
            field="kind",
            choices=tuple(Choice(code, word) for code, word in PRODUCT_KINDS.items()),
            primary=True,
        ),
        BooleanFilter(key="grace", label=_("In grace period"), field="in_grace", only_true=True),
        BooleanFilter(key="cooling", label=_("In cooling-off period"), field="in_cooling_off", only_true=True),
        DateRange(
            key="due",
            label=_("Next due"),
            field="next_due_on",
            presets=(
                ("today-60", "today-1", _("Overdue")),
                ("today", "today+7", _("In 7 days")),
                ("today", "today+30", _("In 30 days")),
            ),
        ),
        DateRange(key="effective", label=_("Effective from"), field="effective_on"),
        DateRange(
            key="expires", label=_("Expires"), field="expires_on", presets=(("today", "today+40", _("In 40 days")),)
        ),
        NumberRange(key="premium", label=_("Annual premium"), field="annual_premium", money=True),
        agent_filter(),
        LevelFilter(key="unit"),
    )
    sorts = (
        Sort(key="due", label=_("Next due"), field="next_due_on"),
        Sort(key="premium", label=_("Annual premium"), field="annual_premium", nullable=True, descending=True),
        Sort(key="effective", label=_("Effective from"), field="effective_on", descending=True),
        Sort(key="expires", label=_("Expires"), field="expires_on"),
    )
    default_sort = "due"
    views = (
        View(key="in-force", label=pgettext_lazy("policy", "In force"), query="status=IN_FORCE&sort=due"),
        View(key="due", label=_("Due in 30 days"), query="status=IN_FORCE&due.from=today&due.to=today%2B30&sort=due"),
        View(key="grace", label=_("In grace period"), query="grace=1&sort=due"),
        View(key="cooling", label=_("In cooling-off period"), query="cooling=1&sort=-effective"),
        View(key="suspended", label=_("Suspended"), query="status=SUSPENDED&sort=-premium"),
        View(
            key="expiring",
            label=_("Expiring in 40 days"),
            query="status=IN_FORCE&expires.from=today&expires.to=today%2B40&sort=expires",
        ),
        View(key="all", label=_("All policies")),
    )
    bulk_actions = (CREATE_TASK,)
    page_actions = (ENTER,)
    empty = Empty(title=_("No policies yet"), text=_("Policies that your post serves appear here."), action=ENTER)

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Policy]]:
        """Return the policies served in scope."""
        sources = policy_sources(actor, now=clock.now())
        return [rows.select_related("product").defer("facts", "debit_account") for rows in sources]

    def prepare(self, actor: Actor, rows: Sequence[Policy], context: FilterContext) -> Extras:
        """Load the names of who serves them."""
        return Extras(actor, context.today, agent_names(row.servicing_agent_id for row in rows))

    def row_url(self, row: Policy) -> str:
        """Return the policy's page."""
        return reverse("policies:policy-detail", args=[row.pk])

    def row_class(self, row: Policy) -> str:
        """Mark policies in their grace period."""
        return "edge-warn" if row.in_grace else ""


def register() -> None:
    """Put the list, its words and its place in the navigation into the registries."""
    lists.add(PolicyList())
    add_sentences({"policy.no_holder_in_reach": _("The policyholder is unknown, deceased or not within your reach")})
    nav_items.add(
        NavItem(
            "policies", _("Policies"), "policies:policy-list", "shield", permissions.VIEW, "customers", 30, phone=True
        )
    )
