"""The lists of people, units and agents."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Agent, Post, Unit, User
from keyuan.organisation.selectors.agents import agents_visible_to
from keyuan.organisation.selectors.labels import LEVEL_NAMES, SALES_CHANNEL_LABELS, post_label, role_label
from keyuan.organisation.selectors.people import in_unit, posts_by_user, users_visible_to, with_role
from keyuan.organisation.selectors.roles import roles_visible_to
from keyuan.organisation.selectors.typing_ahead import begins
from keyuan.organisation.selectors.units import unit_names, unit_options, units_visible_to
from keyuan.organisation.views.api_client_list import API_CLIENTS
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    TextFilter,
    TypeaheadFilter,
    View,
    lists,
)
from keyuan.platform.lists.filters import read_day

STATES = {"active": (_("Active"), "ok"), "locked": (_("Locked"), "warn"), "left": (_("Left"), "off")}
STATE_CONDITIONS = {
    "active": Q(is_active=True),
    "locked": Q(is_active=False, left_on__isnull=True),
    "left": Q(is_active=False, left_on__isnull=False),
}
AGENT_STATES = {
    Agent.Status.ACTIVE: (_("Working"), "ok"),
    Agent.Status.SUSPENDED: (_("Not allowed to sell"), "warn"),
    Agent.Status.LEFT: (_("Left"), "off"),
}
CHANNELS = tuple(Choice(str(channel), label) for channel, label in SALES_CHANNEL_LABELS.items())


def state_of(user: User) -> str:
    """Return whether a person can sign in."""
    if user.left_on is not None:
        return "left"
    return "active" if user.is_active else "locked"


def _state(user: User, _extras: Any) -> Status:
    word, tone = STATES[state_of(user)]
    return Status(word, tone)


def in_state(users: QuerySet[User], value: Any, _context: FilterContext) -> QuerySet[User]:
    """Keep the people in one of the states ``value``."""
    wanted = Q(pk__in=())
    for state in set(value):
        wanted |= STATE_CONDITIONS.get(state, Q(pk__in=()))
    return users.filter(wanted)


def _beginning(field: str) -> Callable[[QuerySet[Any], Any, FilterContext], QuerySet[Any]]:
    """Return a filter for rows whose ``field`` begins with what was typed, in the form that uses the index.

    Staff and agent numbers are kept in capitals.
    """
    capitals = field in {"staff_no", "agent_no"}
    return lambda rows, value, _context: rows.filter(begins(field, value.upper() if capitals else value))


def unit_choices(actor: Actor, text: str) -> list[Choice]:
    """Return units that fit what was typed."""
    return [Choice(str(unit.pk), f"{unit.name} {unit.code}") for unit in unit_options(actor, text)]


def unit_word(_actor: Actor, value: str) -> str:
    """Return the name of the unit that a filter names."""
    return unit_names([int(value)]).get(int(value), value) if value.isdecimal() else value


def _unit_of_people(users: QuerySet[User], value: Any, _context: FilterContext) -> QuerySet[User]:
    return in_unit(users, int(value)) if str(value).isdecimal() else users.none()


def _seen(users: QuerySet[User], value: Any, context: FilterContext) -> QuerySet[User]:
    """Keep the people last seen within whole days; who never signed in counts as not seen for ever."""
    first, last = (read_day(end, context.today) if end else None for end in value)
    if first:
        users = users.filter(last_seen_at__gte=clock.start_of(first))
    return users.filter(Q(last_seen_at__lt=clock.end_of(last)) | Q(last_seen_at=None)) if last else users


def _roles_of_people(users: QuerySet[User], value: Any, context: FilterContext) -> QuerySet[User]:
    return with_role(users, [int(item) for item in value], context.today)


def role_choices(actor: Actor) -> list[Choice]:
    """Return the roles by name."""
    return [Choice(str(role.pk), role_label(role)) for role in roles_visible_to(actor)]


def _posts(user: User, extras: dict[int, list[Post]]) -> str:
    return "、".join(post_label(post) for post in extras.get(user.pk, []))


class PeopleList(ListSpec):
    """People in reach: who they are, what they are appointed to, when they were last here."""

    key = "people"
    title = _("People")
    permission = p.USERS_VIEW
    url_name = "organisation:people"
    columns = (
        Column(key="name", label=_("Name"), width=112, sort="name", first=True),
        Column(key="staff_no", label=_("Staff number"), width=104, sort="staff_no"),
        Column(key="posts", label=_("Posts"), value=_posts, width=300),
        Column(key="state", label=_("State"), value=_state, kind="status", width=88),
        Column(key="last_seen", label=_("Last seen"), value="last_seen_at", kind="moment", width=148, sort="last_seen"),
        Column(key="joined", label=_("Joined on"), value="joined_on", kind="date", width=112, low_priority=True),
        Column(key="left", label=_("Left on"), value="left_on", kind="date", width=112, default=False),
    )
    filters = (
        TextFilter(key="staff_no", label=_("Staff number"), apply=_beginning("staff_no"), primary=True, longest=20),
        TextFilter(key="name", label=_("Name"), apply=_beginning("name"), primary=True, longest=40),
        TypeaheadFilter(
            key="unit", label=_("Unit"), apply=_unit_of_people, search=unit_choices, label_of=unit_word, primary=True
        ),
        ChoiceFilter(key="role", label=_("Role"), apply=_roles_of_people, choices=role_choices, integer=True),
        ChoiceFilter(
            key="state",
            label=_("State"),
            apply=in_state,
            choices=tuple(Choice(key, word) for key, (word, _tone) in STATES.items()),
            dense=True,
        ),
        DateRange(key="seen", label=_("Last seen"), apply=_seen),
    )
    sorts = (
        Sort(key="staff_no", label=_("Staff number"), field="staff_no"),
        Sort(key="name", label=_("Name"), field="name"),
        Sort(key="last_seen", label=_("Last seen"), field="last_seen_at", nullable=True, descending=True),
    )
    views = (
        View(key="active", label=_("Active"), query="state=active"),
        View(key="dormant", label=_("Not seen for 14 days"), query="state=active&seen.to=today-14&sort=last_seen"),
        View(key="locked", label=_("Locked"), query="state=locked"),
        View(key="left", label=_("Left"), query="state=left"),
        View(key="all", label=_("All")),
    )
    page_actions = (
        PageAction(
            label=_("New person"),
            url_name="organisation:person-new",
            icon="user-plus",
            permission=p.USERS_EDIT,
            primary=True,
        ),
    )
    empty = Empty(title=_("Nobody is here yet"), text=_("People appear here once they hold a post in your unit."))
    default_sort = "staff_no"

    def sources(self, actor: Actor, _context: FilterContext) -> list[QuerySet[User]]:
        """Everybody with a post in reach."""
        return [users_visible_to(actor)]

    def prepare(self, _actor: Actor, rows: Any, context: FilterContext) -> dict[int, list[Post]]:
        """The posts of the people shown."""
        return posts_by_user([user.pk for user in rows], context.today)

    def row_url(self, row: User) -> str:
        """The person's page."""
        return reverse("organisation:person", args=[row.pk])


def _level(unit: Unit, _extras: Any) -> str:
    return str(LEVEL_NAMES[unit.level])


def _channel(row: Any, _extras: Any) -> str:
    return str(SALES_CHANNEL_LABELS.get(row.sales_channel, ""))


def _open(unit: Unit, _extras: Any) -> Status:
    return Status(_("Closed"), "off") if unit.closed_on else Status(_("In business"), "ok")


def _upper(unit: Unit, extras: dict[int, str]) -> str:
    return extras.get(unit.parent_id or 0, "")


class UnitList(ListSpec):
    """Units in reach as a table; the tree is their other page."""

    key = "units"
    title = _("Units")
    permission = p.UNITS_VIEW
    url_name = "organisation:unit-list"
    columns = (
        Column(key="name", label=_("Unit name"), width=180, first=True),
        Column(key="code", label=_("Code"), width=120, sort="code"),
        Column(key="level", label=_("Level"), value=_level, width=96),
        Column(key="upper", label=_("Upper unit"), value=_upper, width=180),
        Column(key="channel", label=_("Sales channel"), value=_channel, width=112, low_priority=True),
        Column(key="region", label=_("Region code"), value="region_code", width=104, low_priority=True),
        Column(key="state", label=_("State"), value=_open, kind="status", width=88),
    )
    filters = (
        TextFilter(key="code", label=_("Code"), apply=_beginning("code"), primary=True, longest=20),
        ChoiceFilter(
            key="level",
            label=_("Level"),
            field="level",
            choices=tuple(Choice(str(level), name) for level, name in LEVEL_NAMES.items()),
            integer=True,
            primary=True,
        ),
    )
    sorts = (Sort(key="code", label=_("Code"), field="code"),)
    views = (
        View(key="all", label=_("All")),
        View(key="branches", label=_("Branches"), query="level=2"),
        View(key="teams", label=_("Teams"), query="level=5"),
    )
    page_actions = (PageAction(label=_("Unit tree"), url_name="organisation:units", icon="sitemap"),)
    default_sort = "code"

    def sources(self, actor: Actor, _context: FilterContext) -> list[QuerySet[Unit]]:
        """Every unit in reach."""
        return [units_visible_to(actor)]

    def prepare(self, _actor: Actor, rows: Any, _context: FilterContext) -> dict[int, str]:
        """The names of the upper units."""
        return unit_names(unit.parent_id for unit in rows)

    def row_url(self, row: Unit) -> str:
        """The unit in the tree."""
        return reverse("organisation:unit", args=[row.pk])

    def panel_url(self, _row: Unit) -> str:
        """No side panel: the tree is better."""
        return ""


def _agent_state(agent: Agent, _extras: Any) -> Status:
    word, tone = AGENT_STATES[Agent.Status(agent.status)]
    return Status(word, tone)


def _agent_unit(agent: Agent, extras: dict[int, str]) -> str:
    return extras.get(agent.unit_id, "")


class AgentList(ListSpec):
    """The sales force in reach; most have no sign-in."""

    key = "agents"
    title = _("Agents")
    permission = p.AGENTS_VIEW
    url_name = "organisation:agents"
    columns = (
        Column(key="name", label=_("Name"), width=112, sort="name", first=True),
        Column(key="agent_no", label=_("Agent number"), width=120, sort="agent_no"),
        Column(key="unit", label=_("Unit"), value=_agent_unit, width=180),
        Column(key="channel", label=_("Sales channel"), value=_channel, width=112),
        Column(key="state", label=_("State"), value=_agent_state, kind="status", width=96),
        Column(key="joined", label=_("Joined on"), value="joined_on", kind="date", width=112, low_priority=True),
        Column(key="left", label=_("Left on"), value="left_on", kind="date", width=112, low_priority=True),
    )
    filters = (
        TextFilter(key="agent_no", label=_("Agent number"), apply=_beginning("agent_no"), primary=True, longest=20),
        TextFilter(key="name", label=_("Name"), apply=_beginning("name"), primary=True, longest=40),
    )
    sorts = (
        Sort(key="agent_no", label=_("Agent number"), field="agent_no"),
        Sort(key="name", label=_("Name"), field="name"),
    )
    views = (View(key="all", label=_("All")),)
    default_sort = "agent_no"

    def sources(self, actor: Actor, _context: FilterContext) -> list[QuerySet[Agent]]:
        """Every agent in reach."""
        return [agents_visible_to(actor)]

    def prepare(self, _actor: Actor, rows: Any, _context: FilterContext) -> dict[int, str]:
        """The names of the units."""
        return unit_names(agent.unit_id for agent in rows)

    def row_url(self, row: Agent) -> str:
        """The agent's page."""
        return reverse("organisation:agent", args=[row.pk])


PEOPLE, UNITS, AGENTS = PeopleList(), UnitList(), AgentList()


def register() -> None:
    """Add the lists."""
    for spec in (PEOPLE, UNITS, AGENTS, API_CLIENTS):
        lists.add(spec)
