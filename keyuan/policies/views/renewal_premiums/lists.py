"""The list of renewal premiums that are due or late, each with the step it stands on (POL-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.contact import permissions as contact_permissions
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    Badge,
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    NumberRange,
    PageAction,
    Reason,
    Sort,
    Status,
    TextFilter,
    Toned,
    Verdict,
    View,
    choices_of,
)
from keyuan.policies import permissions
from keyuan.policies.models import Policy
from keyuan.policies.rules.renewal_premiums import current_step, due_days_of, next_step, rungs
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.ledger.rules import ladder_in_force
from keyuan.policies.selectors.refunds import sees_money
from keyuan.policies.selectors.renewal_premiums import (
    KINDS,
    TASK_STATES,
    Done,
    done_about,
    premium_sources,
    promised,
    remindable,
    untouched,
)
from keyuan.policies.selectors.renewal_premiums.words import step_word
from keyuan.policies.services.renewal_premiums.acting import remind
from keyuan.policies.views.cells import Extras, WholePageList, agent_cell, agent_filter
from keyuan.policies.views.lists import CREATE_TASK, _by_number, _holder

PROMISES = {"due": _("Promise due today or past"), "open": _("Promised for later")}
FAR = date(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class Premiums(Extras):
    """What the columns need besides the rows: what was done about each premium, and the days of the ladder."""

    done: dict[int, Done]
    ladder: tuple[int, ...]


def _due(row: Policy, extras: Premiums) -> Any:
    return Toned(row.next_due_on, "bad") if row.next_due_on < extras.today else row.next_due_on


def _step(row: Policy, extras: Premiums) -> Status | None:
    step = current_step(row.next_due_on, extras.today, extras.ladder)
    if step is None:
        return None
    touched = any(own == step for own, _kind in extras.done[row.pk].acts)
    tone = "ok" if touched else ("bad" if step > 0 else "warn")
    return Status(step_word(step), tone)


def _done(row: Policy, extras: Premiums) -> list[Badge]:
    done = extras.done[row.pk]
    found = [
        Badge(f"{rung.day:+d} {KINDS[kind]}", "ok")
        for rung in rungs(row.next_due_on, extras.today, done.acts, extras.ladder)
        for kind in rung.done
    ]
    if done.task:
        tone, word = TASK_STATES[done.task]
        found.append(Badge(word, tone))
    return found


def _next(row: Policy, extras: Premiums) -> date | None:
    found = next_step(row.next_due_on, extras.today, extras.ladder)
    return found[1] if found else None


def _promise(row: Policy, extras: Premiums) -> Any:
    on = extras.done[row.pk].promised_on
    return Toned(on, "bad") if on is not None and on < extras.today else on


def _by_step(rows: "QuerySet[Policy]", value: Sequence[str], context: FilterContext) -> "QuerySet[Policy]":
    """Keep the premiums that stand on one of the steps today."""
    ladder = ladder_in_force()
    days = [int(step) for step in value if step.lstrip("-").isdecimal() and int(step) in ladder]
    spans = [due_days_of(day, context.today, ladder) for day in days]
    if len(spans) == 1:
        return rows.filter(next_due_on__gte=spans[0][0], next_due_on__lte=spans[0][1])
    none: Q = Q(pk__in=[])
    return rows.filter(reduce(or_, (Q(next_due_on__gte=first, next_due_on__lte=last) for first, last in spans), none))


def _steps(_actor: Actor) -> tuple[Choice, ...]:
    return tuple(Choice(str(day), step_word(day)) for day in ladder_in_force())


def _by_touch(rows: "QuerySet[Policy]", _value: Any, _context: FilterContext) -> "QuerySet[Policy]":
    return untouched(rows)


def _by_promise(rows: "QuerySet[Policy]", value: Sequence[str], context: FilterContext) -> "QuerySet[Policy]":
    if value == ("open",):
        return promised(rows, context.today, FAR)
    return promised(rows, date.min, context.today if value == ("due",) else FAR)


def _check(_actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    """Sort out what has no holder to write to, or is due no more."""
    fit = remindable(ids, now.date())
    rest = tuple(pk for pk in ids if pk not in fit)
    return Verdict(tuple(pk for pk in ids if pk in fit), (Reason("premium.nothing_due", rest),) if rest else ())


def _remind(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> dict[str, int]:
    refused: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        refused |= remind(actor=actor, policy_ids=ids[start : start + 500], now=now)
    return {"refused": len(refused)}


REMIND = BulkAction(
    key="remind",
    label=_("Send the reminder"),
    icon="send",
    permission=contact_permissions.SEND,
    check=_check,
    run=_remind,
    consequence=_(
        "Each policyholder gets the message of the step, once a premium and step; whoever must not be written to is "
        "left out."
    ),
)
NIGHT = PageAction(
    label=_("Ladder"), url_name="policies:premium-ladder", icon="settings", permission=permissions.MONEY_APPROVE,
    shown=sees_money,
)  # fmt: skip


class RenewalPremiumList(WholePageList):
    """Premiums due or late in scope, the most urgent first."""

    key = "renewal-premiums"
    title = _("Renewal premiums")
    permission = permissions.VIEW
    url_name = "policies:renewal-premiums"
    noun = pgettext_lazy("noun", "premiums")
    columns = (
        Column(
            key="number", label=_("Policy number"), value=lambda row, extras: policy_number(extras.actor, row),
            width=144, first=True,
        ),
        Column(key="holder", label=_("Policyholder"), value=_holder, kind="link", width=104),
        Column(key="product", label=_("Product"), value="product.name", width=150, low_priority=True),
        Column(key="due", label=_("Next due"), value=_due, kind="date", width=112, sort="due", phone=True),
        Column(key="amount", label=_("Due amount"), value="next_due_amount", kind="money", width=104, phone=True),
        Column(key="step", label=pgettext_lazy("ladder", "Step"), value=_step, kind="status", width=150, phone=True),
        Column(key="done", label=pgettext_lazy("premium", "What was done"), value=_done, kind="badges", width=220),
        Column(key="next", label=_("Next step"), value=_next, kind="date", width=104, low_priority=True),
        Column(key="promise", label=_("Promised to pay on"), value=_promise, kind="date", width=112),
        Column(key="grace", label=_("Grace ends"), value="grace_until", kind="date", width=104, low_priority=True),
        Column(key="agent", label=_("Served by"), value=agent_cell, width=96),
        Column(
            key="premium", label=_("Annual premium"), value="annual_premium", kind="money", width=112,
            default=False,
        ),
    )  # fmt: skip
    filters = (
        TextFilter(
            key="q", label=_("Policy number"), placeholder=_("Number or last six"), primary=True, searches=True,
            apply=_by_number,
        ),
        ChoiceFilter(
            key="step", label=pgettext_lazy("ladder", "Step"), primary=True, apply=_by_step,
            choices=_steps,
        ),
        ChoiceFilter(
            key="touch", label=pgettext_lazy("premium", "What was done"), primary=True, multiple=False, apply=_by_touch,
            choices=(Choice("none", _("Nothing yet")),),
        ),
        ChoiceFilter(
            key="promise", label=_("Promised to pay"), apply=_by_promise, choices=choices_of(PROMISES),
        ),
        DateRange(key="due", label=_("Next due"), field="next_due_on"),
        NumberRange(key="premium", label=_("Annual premium"), field="annual_premium", money=True),
        agent_filter(),
        LevelFilter(key="unit"),
    )  # fmt: skip
    sorts = (Sort(key="due", label=_("Next due"), field="next_due_on"),)
    default_sort = "due"
    views = (
        View(key="late", label=_("Late, in grace"), query="due.to=today-1&sort=due"),
        View(key="coming", label=_("Due in 30 days"), query="due.from=today&due.to=today%2B30&sort=due"),
        View(key="untouched", label=_("Nothing done yet"), query="touch=none&sort=due"),
        View(key="promised", label=_("Promise due"), query="promise=due&sort=due"),
        View(key="last", label=_("Grace runs out"), query="due.to=today-50&sort=due"),
        View(key="all", label=_("All premiums")),
    )
    bulk_actions = (REMIND, CREATE_TASK)
    page_actions = (NIGHT,)
    empty = Empty(
        title=_("No premium is due"),
        text=_("Premiums of contracts you serve appear here 30 days before they are due, until they are paid."),
    )

    def sources(self, actor: Actor, context: FilterContext) -> Sequence[QuerySet[Policy]]:
        """Return the contracts whose premium the ladder is about today."""
        rows = premium_sources(actor, today=context.today, now=clock.now())
        return [some.select_related("product").defer("facts", "debit_account") for some in rows]

    def prepare(self, actor: Actor, rows: Sequence[Policy], context: FilterContext) -> Premiums:
        """Load who serves them and what was done."""
        agents = agent_names(row.servicing_agent_id for row in rows)
        return Premiums(actor, context.today, agents, done_about(rows), ladder_in_force())

    def row_url(self, row: Policy) -> str:
        """Return the page of the premium."""
        return reverse("policies:renewal-premium", args=[row.pk])

    def row_class(self, row: Policy) -> str:
        """Mark what is in its grace period."""
        return "edge-warn" if row.in_grace else ""
