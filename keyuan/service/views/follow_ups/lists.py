"""The queue of call-backs and follow-ups, and all there have ever been (SRV-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.customers.views.list_filters import UnitFilter, unit_choices, unit_word, within_unit
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.formats import day as day_words
from keyuan.platform.formats import moment
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
    PageAction,
    Sort,
    Toned,
    View,
)
from keyuan.service import permissions
from keyuan.service.forms import follow_up_words as words
from keyuan.service.models import FollowUp
from keyuan.service.rules.follow_ups.results import CALLABLE, OPEN, STATES
from keyuan.service.rules.follow_ups.ways import BY_LINK, WAYS, combinations
from keyuan.service.selectors.desks import desks
from keyuan.service.selectors.follow_ups import reading
from keyuan.service.selectors.follow_ups.hours import CallHours, call_hours
from keyuan.service.selectors.follow_ups.plans import plans
from keyuan.service.views.follow_ups.shown import quiet_until
from keyuan.service.views.lists import ME, OwnerFilter, PoolFilter

NEAR = 3


@dataclass(frozen=True, slots=True)
class FollowUpExtras:
    """Names of the customers in reach, of plans and desks, and the day."""

    customers: Mapping[int, str]
    plans: Mapping[int, str]
    desks: Mapping[int, str]
    today: date
    hours: CallHours | None = None


def _desk_choices(_actor: Actor) -> list[Choice]:
    return [Choice(ME, _("My desks")), *(Choice(str(desk.pk), desk.name) for desk in desks())]


def _plan_choices(_actor: Actor) -> list[Choice]:
    return [Choice(str(plan.pk), str(plan)) for plan in plans()]


def _customer(row: FollowUp, extras: FollowUpExtras) -> Link | str:
    name = extras.customers.get(row.customer_id, "")
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else ""


def _due(row: FollowUp, extras: FollowUpExtras) -> Any:
    text = day_words(row.due_on)
    if not row.is_open or (row.due_on - extras.today).days >= NEAR:
        return text
    return Toned(text, "bad" if row.due_on < extras.today else "warn")


def _call_from(row: FollowUp, extras: FollowUpExtras) -> datetime:
    """Return when somebody can be called: quiet hours are waited for."""
    if extras.hours is None or row.status not in CALLABLE:
        return row.next_at
    return extras.hours.call_from(row, clock.now())


def _next_words() -> str:
    """Return what the button for the next call says: in quiet hours, from when on anybody is called."""
    opens = quiet_until(clock.now())
    return (
        gettext("May be called from %(moment)s") % {"moment": moment(opens)} if opens else gettext("Call the next one")
    )


def _states(open_only: bool) -> tuple[Choice, ...]:
    return tuple(Choice(key, words.STATES[key][0]) for key in STATES if not open_only or key in OPEN)


TITLE = Column(
    key="plan", label=_("Plan"), value=lambda row, extras: extras.plans.get(row.plan_id, ""), first=True, kind="link",
    width=152,
)  # fmt: skip
CUSTOMER = Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=104, phone=True)
STATE = Column(
    key="state", label=_("State"), value=lambda row, _x: words.state_of(row.status), kind="status", width=128,
    phone=True,
)  # fmt: skip
DUE = Column(key="due", label=_("In time until"), value=_due, width=112, sort="due", phone=True)
NEXT = Column(key="next", label=_("Call from"), value=_call_from, kind="moment", width=144, sort="next")
WAY = Column(
    key="way", label=_("By which way"), width=96, low_priority=True,
    value=lambda row, _x: words.word(words.WAYS, row.done_way or row.contact_channel),
)  # fmt: skip
OWNER = Column(
    key="owner", label=_("Handled by"), width=104, low_priority=True,
    value=lambda row, extras: row.owner_name or extras.desks.get(row.desk_id, ""),
)  # fmt: skip
CALLS = Column(key="calls", label=_("Calls"), value="calls", kind="number", width=64)
RESULT = Column(
    key="result", label=_("Last result"), width=112,
    value=lambda row, _x: words.word(words.RESULTS, row.last_result) if row.last_result else None,
)  # fmt: skip
START = Column(key="start", label=_("Day it counts from"), value="start_on", kind="day", width=112, low_priority=True)
KIND_FILTER = ChoiceFilter(
    key="kind", label=pgettext_lazy("follow-up", "Kind"), field="kind", primary=True, dense=True,
    choices=tuple(Choice(key, label) for key, label in words.KINDS.items()),
)  # fmt: skip
PLAN_FILTER = ChoiceFilter(key="plan", label=_("Plan"), field="plan_id", choices=_plan_choices, dense=True)
UNIT_FILTER = UnitFilter(
    key="unit", label=_("Serving unit"), search=unit_choices, label_of=unit_word, apply=within_unit
)


class AskedBy(ChoiceFilter):
    """Who was asked by a way, whatever other ways came before or after it."""

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Compare with every set of ways that holds one of those chosen."""
        return [Condition(self.field, "in", sorted({held for way in value for held in combinations(way)}))]


WAY_FILTERS = (
    AskedBy(
        key="asked", label=pgettext_lazy("follow-up", "Asked by"), field="asked_ways", dense=True,
        choices=tuple(Choice(way, words.WAYS[way]) for way in WAYS),
    ),
    ChoiceFilter(
        key="read", label=_("Link opened"), field="read_way", dense=True,
        choices=tuple(Choice(way, words.WAYS[way]) for way in BY_LINK),
    ),
    ChoiceFilter(
        key="by", label=pgettext_lazy("follow-up", "Answered by"), field="done_way", dense=True,
        choices=tuple(Choice(way, label) for way, label in words.WAYS.items()),
    ),
)  # fmt: skip


class _FollowUps(ListSpec):
    permission = permissions.FOLLOW_UPS
    noun = _("call-backs")

    def prepare(self, actor: Actor, rows: Sequence[FollowUp], _context: FilterContext) -> FollowUpExtras:
        """Load the names of customers, plans and desks."""
        ids = list({row.customer_id for row in rows})
        names = {plan.pk: str(plan) for plan in plans()}
        places = {desk.pk: desk.name for desk in desks()}
        return FollowUpExtras(customer_labels(actor, ids, now=clock.now()), names, places, clock.today())

    def row_url(self, row: FollowUp) -> str:
        """The page of the call."""
        return reverse("service:follow-up", args=[row.pk])

    def panel_url(self, _row: FollowUp) -> str:
        """None: a call takes the whole page."""
        return ""


class FollowUpQueue(_FollowUps):
    """Open call-backs and follow-ups in reach, the nearest last day first."""

    key = "follow-ups"
    title = _("Call-backs and follow-ups")
    url_name = "service:follow-up-list"
    columns = (TITLE, CUSTOMER, STATE, DUE, NEXT, WAY, CALLS, RESULT, OWNER, START)
    filters = (
        KIND_FILTER,
        ChoiceFilter(key="state", label=_("State"), field="status", primary=True, choices=_states(True), dense=True),
        PLAN_FILTER,
        OwnerFilter(
            key="owner", label=_("Handled by"), field="owner_id", choices=(Choice(ME, _("Me")),), multiple=False
        ),
        PoolFilter(key="pool", label=_("Waits at"), field="pool_id", choices=_desk_choices),
        DateRange(
            key="due", label=_("In time until"), field="due_on", primary=True,
            presets=(("", "today-1", _("Late")), ("today", "today", _("Today")), ("today", "today+2", _("3 days"))),
        ),
        UNIT_FILTER,
    )  # fmt: skip
    sorts = (
        Sort(key="due", label=_("In time until"), field="due_on"),
        Sort(key="next", label=_("Call from"), field="next_at"),
    )
    default_sort = "due"
    views = (
        View(key="mine", label=_("My calls"), query="owner=me&sort=due"),
        View(key="pool", label=_("Not taken at my desks"), query="pool=me&sort=due", permission=permissions.CALLBACK),
        View(key="agreed", label=_("Agreed calls"), query="state=APPOINTED&sort=next"),
        View(key="late", label=_("Late"), query="due.to=today-1&sort=due"),
        View(key="soon", label=_("3 days"), query="due.from=today&due.to=today%2B2&sort=due"),
        View(key="problems", label=_("Problem cases"), query="state=PROBLEM&state=RECHECK&sort=due"),
        View(key="letters", label=_("Letters"), query="state=LETTER_DUE&state=LETTER&sort=due"),
        View(key="all", label=_("All open"), query="sort=due"),
    )
    page_actions = (
        PageAction(
            label=lazy(_next_words, str)(), url_name="service:follow-up-next", icon="phone-call",
            permission=permissions.CALLBACK, primary=True,
        ),
        PageAction(label=_("Archive"), url_name="service:follow-up-archive", icon="archive"),
        PageAction(label=_("Success of call-backs"), url_name="service:follow-up-figures", icon="chart-bar"),
    )  # fmt: skip
    empty = Empty(
        title=_("Nobody is to be called"),
        text=_("New contracts appear here when their receipt is signed, other follow-ups as their plans say."),
    )

    def prepare(self, actor: Actor, rows: Sequence[FollowUp], context: FilterContext) -> FollowUpExtras:
        """Load the hours of calling, too: they say from when on each may be called."""
        return replace(super().prepare(actor, rows, context), hours=call_hours())

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """What is open in scope, then of customers lent to the post."""
        return reading.open_sources(actor, now=clock.now())

    def row_class(self, row: FollowUp) -> str:
        """Red when the last day is over."""
        return "edge-bad" if row.due_on < clock.today() else ""


class FollowUpArchive(_FollowUps):
    """All call-backs and follow-ups in reach, the newest first."""

    key = "follow-up-archive"
    title = _("Archive of call-backs")
    url_name = "service:follow-up-archive"
    columns = (
        TITLE, CUSTOMER, STATE, START, DUE,
        Column(key="done", label=_("Done on"), value="done_on", kind="day", width=112),
        WAY, CALLS, RESULT,
        Column(key="by", label=_("Done by"), value="done_by_name", width=104, low_priority=True),
    )  # fmt: skip
    filters = (
        KIND_FILTER,
        ChoiceFilter(key="state", label=_("State"), field="status", primary=True, choices=_states(False), dense=True),
        PLAN_FILTER,
        ChoiceFilter(
            key="time", label=_("Term kept"), field="in_time", multiple=False, dense=True,
            choices=(Choice("1", _("In time")), Choice("0", _("Too late"))),
        ),
        *WAY_FILTERS,
        DateRange(
            key="start", label=_("Day it counts from"), field="start_on", primary=True,
            presets=(("today-7", "today", _("Last 7 days")), ("today-30", "today", _("Last 30 days"))),
        ),
        UNIT_FILTER,
    )  # fmt: skip
    sorts = (Sort(key="start", label=_("Day it counts from"), field="start_on", descending=True),)
    default_sort = "-start"
    views = (
        View(key="all", label=_("All")),
        View(key="callbacks", label=_("New contracts"), query="kind=CALLBACK"),
        View(key="missed", label=_("Never reached"), query="state=UNREACHED"),
        View(key="samples", label=_("Second calls"), query="kind=RESAMPLE"),
    )
    page_actions = (PageAction(label=_("Open call-backs"), url_name="service:follow-up-list", icon="phone-call"),)
    empty = Empty(title=_("No call-backs yet"), text=_("What was called stays here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Everything in scope, then of customers lent to the post."""
        return reading.all_sources(actor, now=clock.now())
