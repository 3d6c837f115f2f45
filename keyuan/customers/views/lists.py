"""The list of customers (CUS-4, CUS-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms import score_words
from keyuan.customers.forms.classification import words
from keyuan.customers.models import Customer, CustomerScore, CustomerSummary
from keyuan.customers.rules.classification import AXES
from keyuan.customers.selectors import labels, summary_sources
from keyuan.customers.selectors.profiles import profiles_of
from keyuan.customers.selectors.quick import summaries_matching
from keyuan.customers.selectors.scores import scores_of
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.bulk_actions import ASSIGN, CREATE_TASK, TAG
from keyuan.customers.views.list_editing import editable_column
from keyuan.customers.views.list_filters import AxisFilter, UnitFilter, unit_choices, unit_word, within_unit
from keyuan.customers.views.segments.list_parts import MAKE_SEGMENT, SAVE_AS_SEGMENT, SEGMENT_FILTER
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names, agent_options
from keyuan.platform import clock
from keyuan.platform.lists import (
    Badge,
    BooleanFilter,
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    NumberRange,
    PageAction,
    Sort,
    Status,
    TextFilter,
    Toned,
    TypeaheadFilter,
    View,
    choices_of,
    lists,
)
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences

#: Tiers that carry value stand in gold.
GOLD_TIERS = frozenset(labels.TIERS) - {"NORMAL"}
#: The state that a list shows of a customer's policies: word and tone.
STATES: dict[str, tuple[Any, str]] = {
    "NORMAL": (_("Normal"), "ok"),
    "GRACE": (_("In grace period"), "warn"),
    "COOLING_OFF": (_("In cooling-off period"), "accent"),
    "SUSPENDED": (_("Suspended"), "bad"),
    "ENDED": (_("Ended"), "off"),
    "PROSPECT": (_("Prospect"), "off"),
}
FIELD_ROLES = frozenset({"agent", "telesales"})
DESK_ROLES = frozenset(
    {"shift_leader", "contact_centre_director", "customer_resource_manager", "policy_clerk", "intermediary_manager"}
)


@dataclass(frozen=True)
class Extras:
    """What the columns need besides the rows; the archive is read only where a column of it shows."""

    actor: Actor
    today: date
    agents: dict[int, str]
    ids: tuple[int, ...]

    @cached_property
    def profiles(self) -> dict[int, Customer]:
        """The archive heads of the page's customers."""
        return profiles_of(self.ids)

    @cached_property
    def scores(self) -> dict[int, CustomerScore]:
        """What the last night reckoned of the page's customers (ANA-2)."""
        return scores_of(self.ids) if self.actor.may(permissions.SCORES) else {}


def _tier(row: CustomerSummary, _extras: Extras) -> Badge | None:
    if not row.tier:
        return None
    return Badge(labels.label_of(labels.TIERS, row.tier), "gold" if row.tier in GOLD_TIERS else "")


def _value_group(row: CustomerSummary, extras: Extras) -> Status | None:
    score = extras.scores.get(row.pk)
    return Status(score_words.group_word(score.value_group), score_words.tone_of(score.value_group)) if score else None


def _lifetime_value(row: CustomerSummary, extras: Extras) -> int | None:
    score = extras.scores.get(row.pk)
    return score.lifetime_value if score else None


def _phone(row: CustomerSummary, _extras: Extras) -> Any:
    return row.primary_phone.phone if row.primary_phone else None


def _state(row: CustomerSummary, _extras: Extras) -> Status | None:
    if row.open_claims:
        return Status(_("Claim in progress"), "accent")
    word, tone = STATES.get(row.state, (row.state, ""))
    return Status(word, tone) if word else None


def _next_due(row: CustomerSummary, extras: Extras) -> Any:
    return Toned(row.next_due_on, "bad") if row.next_due_on < extras.today else row.next_due_on


def _agent(row: Any, extras: Extras) -> Any:
    if row.servicing_agent_id is None:
        return Toned(str(_("Nobody")), "warn")
    return extras.agents.get(row.servicing_agent_id)


def month_day(day: date) -> int:
    """Return month × 100 + day, as summaries keep birthdays."""
    return day.month * 100 + day.day


@dataclass(frozen=True, kw_only=True)
class BirthdayFilter(ChoiceFilter):
    """Customers whose birthday falls into the coming days, over the turn of the year too."""

    multiple: bool = False

    def conditions(self, value: Any, context: FilterContext) -> list[Condition]:
        """Limit the column to a range of days, or to the days one by one where the range spans two years."""
        days = [context.today + timedelta(days=ahead) for ahead in range(int(value[0]) + 1)]
        if days[0].year == days[-1].year:
            ends = (("gte", days[0]), ("lte", days[-1]))
            return [Condition(self.field, lookup, month_day(day)) for lookup, day in ends]
        return [Condition(self.field, "in", [month_day(day) for day in days])]

    def read(self, query: QueryDict) -> tuple[str, ...] | None:
        """Return the number of days, one of those offered."""
        value = super().read(query)
        return value if value and value[0] in {choice.value for choice in BIRTHDAY_SPANS} else None


BIRTHDAY_SPANS = (Choice("7", _("In 7 days")), Choice("30", _("In 30 days")), Choice("90", _("In 90 days")))


def agent_choices(actor: Actor, text: str) -> list[Choice]:
    """Return working agents in scope that fit what was typed."""
    return [Choice(str(agent.pk), f"{agent.name} {agent.agent_no}") for agent in agent_options(actor, text)]


def agent_word(_actor: Actor, value: str) -> str:
    """Return the name of the agent that a filter names."""
    return agent_names([int(value)]).get(int(value), value)


def _axis_choices(axis: str) -> tuple[Choice, ...]:
    """Return the values of an axis."""
    return tuple(Choice(value, words.value_word(axis, value)) for value in AXES[axis])


class CustomerList(ListSpec):
    """Customers in reach, by what the post must do next."""

    key = "customers"
    title = _("Customers")
    permission = permissions.VIEW
    url_name = "customers:home"
    columns = (
        Column(
            key="name",
            label=_("Customer"),
            value=lambda row, extras: customer_label(extras.actor, row),
            width=104,
            sort="name",
            first=True,
        ),
        Column(key="tier", label=_("Tier"), value=_tier, kind="badge", width=72),
        Column(key="phone", label=_("Mobile"), value=_phone, width=116),
        Column(key="state", label=_("State"), value=_state, kind="status", width=104, phone=True),
        Column(
            key="policies", label=_("Policies"), value="policies_in_force", kind="number", width=72, low_priority=True
        ),
        Column(
            key="premium",
            label=_("Annual premium (CNY)"),
            value="annual_premium",
            kind="money",
            width=124,
            sort="premium",
        ),
        Column(key="due", label=_("Next due"), value=_next_due, kind="date", width=118, sort="due", phone=True),
        Column(
            key="contact",
            label=_("Last contact"),
            value="last_contact_on",
            kind="date",
            width=120,
            sort="contact",
            low_priority=True,
        ),
        Column(key="agent", label=_("Served by"), value=_agent, width=100, low_priority=True),
        Column(key="number", label=_("Customer number"), value="customer_no", width=132, default=False),
        Column(
            key="channel",
            label=_("Sales channel"),
            value=lambda row, _extras: labels.label_of(labels.SALES_CHANNELS, row.sales_channel),
            width=120,
            default=False,
        ),
        Column(
            key="birthday",
            label=_("Birthday"),
            value=lambda row, _extras: row.birth_on and f"{row.birth_on:%m-%d}",
            personal="birth_on",
            width=88,
            default=False,
            sort="birthday",
        ),
        Column(key="value_group", label=_("Value group"), value=_value_group, kind="status", width=96, default=False),
        Column(
            key="clv",
            label=_("Lifetime value (CNY)"),
            value=_lifetime_value,
            kind="money",
            width=130,
            default=False,
        ),
        Column(
            key="activity",
            label=_("Activity"),
            value=lambda row, _extras: labels.label_of(labels.ACTIVITIES, row.activity),
            width=100,
            default=False,
        ),
        Column(
            key="opened",
            label=_("On file since"),
            value="opened_on",
            kind="date",
            width=112,
            sort="opened",
            default=False,
        ),
        editable_column("preferred_contact", width=128),
        editable_column("preferred_time", width=152),
        editable_column("occupation", width=136),
    )
    filters = (
        TextFilter(
            key="q",
            label=_("Name or last digits"),
            placeholder=_("Name, last digits"),
            primary=True,
            searches=True,
            apply=summaries_matching,
        ),
        ChoiceFilter(key="tier", label=_("Tier"), field="tier", choices=choices_of(labels.TIERS), primary=True),
        AxisFilter(
            key="channel",
            label=_("Sales channel"),
            field="sales_channel",
            dense=True,
            nullable=False,
            choices=(Choice("NONE", words.value_word("channel", "NONE")), *choices_of(labels.SALES_CHANNELS)),
            primary=True,
        ),
        ChoiceFilter(
            key="state",
            label=_("State"),
            field="state",
            choices=tuple(Choice(code, word) for code, (word, _tone) in STATES.items()),
        ),
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
        BirthdayFilter(key="birthday", label=_("Birthday"), field="birth_md", choices=BIRTHDAY_SPANS),
        DateRange(
            key="contact",
            label=_("Last contact"),
            field="last_contact_on",
            presets=(("", "today-180", _("Not for 180 days")), ("today-30", "", _("In the last 30 days"))),
        ),
        NumberRange(key="premium", label=_("Annual premium (CNY)"), field="annual_premium", money=True),
        DateRange(key="opened", label=_("On file since"), field="opened_on"),
        BooleanFilter(key="orphan", label=_("Served by nobody"), field="is_orphan", dense=True),
        BooleanFilter(key="holder", label=_("Holds a policy"), field="is_policyholder", dense=True),
        BooleanFilter(key="reachable", label=_("Has contact data"), field="has_contact", dense=True),
        AxisFilter(
            key="activity",
            label=_("Activity"),
            field="activity",
            choices=_axis_choices("activity"),
            dense=True,
            nullable=False,
        ),
        SEGMENT_FILTER,
        AxisFilter(
            key="service",
            label=_("Service person"),
            field="service_kind",
            common="SERVED",
            choices=_axis_choices("service"),
        ),
        AxisFilter(key="touch", label=_("Touch point"), field="touch_point", choices=_axis_choices("touch")),
        AxisFilter(
            key="source", label=_("Prospect source"), field="prospect_source", choices=_axis_choices("source")[1:]
        ),
        BooleanFilter(key="near_vip", label=_("Near-VIP"), field="is_near_vip"),
        BooleanFilter(key="mass", label=_("Small mass lines"), field="is_mass_line"),
        UnitFilter(key="unit", label=_("Serving unit"), search=unit_choices, label_of=unit_word, apply=within_unit),
        TypeaheadFilter(
            key="agent", label=_("Served by"), field="servicing_agent_id", search=agent_choices, label_of=agent_word
        ),
    )
    sorts = (
        Sort(key="due", label=_("Next due"), field="next_due_on"),
        Sort(key="name", label=_("Name"), field="name_sort"),
        Sort(key="premium", label=_("Annual premium"), field="annual_premium", descending=True),
        Sort(key="contact", label=_("Last contact"), field="last_contact_on"),
        Sort(key="birthday", label=_("Birthday"), field="birth_md"),
        Sort(key="opened", label=_("On file since"), field="opened_on", descending=True),
    )
    default_sort = "due"
    views = (
        View(key="mine", label=_("My customers"), roles=FIELD_ROLES),
        View(key="all", label=_("All customers"), not_roles=FIELD_ROLES),
        View(key="grace", label=_("In grace period"), query="state=GRACE&sort=due"),
        View(key="birthday", label=_("Birthday in 30 days"), query="birthday=30&sort=birthday"),
        View(key="orphans", label=_("Orphans to place"), query="orphan=1&sort=-premium", permission=permissions.ASSIGN),
        View(key="suspended", label=_("Suspended"), query="state=SUSPENDED&sort=-premium"),
        View(key="quiet", label=_("No contact for 180 days"), query="contact.to=today-180&holder=1&sort=-premium"),
        View(key="cooling", label=_("In cooling-off period"), query="state=COOLING_OFF&sort=-opened"),
        View(
            key="prospects", label=_("Prospects"), query="state=PROSPECT&sort=-opened", roles=FIELD_ROLES | DESK_ROLES
        ),
    )
    bulk_actions = (CREATE_TASK, ASSIGN, TAG, MAKE_SEGMENT)
    page_actions = (
        PageAction(
            label=_("Enter a customer"), url_name="customers:enter", icon="user-plus", permission=permissions.CREATE
        ),
        SAVE_AS_SEGMENT,
    )
    empty = Empty(
        title=_("No customers yet"),
        text=_("Customers whom your post serves appear here."),
        action=PageAction(label=_("Enter a customer"), url_name="customers:enter", permission=permissions.CREATE),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[CustomerSummary]]:
        """Return customers served in scope, and those shared with or granted to the post."""
        return [rows.select_related("primary_phone") for rows in summary_sources(actor, now=clock.now())]

    def prepare(self, actor: Actor, rows: Sequence[CustomerSummary], context: FilterContext) -> Extras:
        """Load the names of who serves them."""
        ids = tuple(row.pk for row in rows)
        return Extras(actor, context.today, agent_names(row.servicing_agent_id for row in rows), ids)

    def row_url(self, row: CustomerSummary) -> str:
        """Return the customer's page."""
        return customer_url(row.pk)


def register() -> None:
    """Put the list, its words and its place in the navigation into the registries."""
    lists.add(CustomerList())
    add_sentences({"customer.not_active": _("Deceased or merged: nothing is planned for them any more")})
    nav_items.add(
        NavItem("customers", _("Customers"), "customers:home", "users", permissions.VIEW, "customers", 10, phone=True)
    )
