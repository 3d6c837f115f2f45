"""Customers who may go, the most money at stake first (ANA-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.forms.churn import words
from keyuan.analytics.forms.churn.tasks import RetentionForm
from keyuan.analytics.models import ChurnScore
from keyuan.analytics.rules.churn.scoring import HIGH
from keyuan.analytics.selectors.churn.cases import open_cases
from keyuan.analytics.selectors.churn.watched import KIND, churn_sources, churns_of, held_back, retained_by
from keyuan.analytics.selectors.objections import objecting_among
from keyuan.analytics.services.churn.privacy import SUBJECT
from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.bulk import create_tasks
from keyuan.customers.views.bulk_actions import CREATE_TASK, check_living
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.customers.views.lists import agent_choices, agent_word
from keyuan.customers.views.subjects import customer_url
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
    NumberRange,
    Reason,
    Sort,
    Status,
    TypeaheadFilter,
    Verdict,
    View,
)
from keyuan.platform.subjects import Subject


@dataclass(frozen=True, slots=True)
class Extras:
    """Whom the rows are about, who serves them, and by when somebody is to call."""

    actor: Actor
    customers: Mapping[int, CustomerSummary]
    agents: Mapping[int, str]
    due: Mapping[int, Any]


def _customer(row: ChurnScore, extras: Extras) -> str:
    summary = extras.customers.get(row.pk)
    return customer_label(extras.actor, summary) if summary else ""


def _level(row: ChurnScore, _extras: Extras) -> Status:
    word, tone = words.LEVELS.get(row.level, (row.level, ""))
    return Status(word, tone)


def _reasons(row: ChurnScore, _extras: Extras) -> str:
    return "；".join(words.told(row.reasons)) if row.reasons else ""


def _chance(months: int) -> Any:
    return lambda row, _extras: words.percent(getattr(row, f"chance_{months}"))


def _check(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    """Sort out whom nobody may call: who departed, objects, or is left alone to compare with."""
    verdict = check_living(actor, ids, now)
    left, reasons = verdict.ok_ids, list(verdict.reasons)
    for code, found in (
        ("churn.objecting", objecting_among(left)),
        ("churn.control", held_back(left)),
        ("churn.has_task", frozenset(retained_by(left))),
    ):
        refused = tuple(pk for pk in left if pk in found)
        left = tuple(pk for pk in left if pk not in found)
        reasons += [Reason(code, refused)] if refused else []
    return Verdict(left, tuple(reasons))


def _make(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    rows = churns_of(ids)
    own = {pk: (data["reason"] or _advice(row), row.at_stake) for pk, row in rows.items()}
    cases = open_cases(ids)
    about = {pk: Subject(SUBJECT, cases[pk]) if pk in cases else Subject("customer", pk) for pk in ids}
    return create_tasks(
        actor=actor, customer_ids=ids, title=data["title"], reason=data["reason"], now=now, kind=KIND, own=own,
        about=about, due_at=datetime.fromisoformat(data["due_on"]),
    )  # fmt: skip


def _advice(row: ChurnScore) -> str:
    """Return why a customer may go, for whoever calls: the strongest reasons."""
    return "；".join([words.outcome_word(row.outcome), *words.told(row.reasons)])


def _form(_actor: Actor, data: Any) -> RetentionForm:
    return RetentionForm(data, now=clock.now())


RETAIN = replace(
    CREATE_TASK,
    key="retain",
    label=_("Make retention tasks"),
    icon="shield-check",
    check=_check,
    run=_make,
    form=_form,
    consequence=_(
        "Each customer gets one task with the reasons found by night, in the list of whoever serves them. Who has an "
        "open one already keeps it."
    ),
)


class WatchList(ListSpec):
    """Customers in reach who may go, the most money at stake first."""

    key = "churn-watch"
    title = _("Customers at risk")
    permission = permissions.CHURN
    url_name = "analytics:churn"
    columns = (
        Column(key="name", label=_("Customer"), value=_customer, width=112, first=True),
        Column(key="level", label=pgettext_lazy("churn", "Risk"), value=_level, kind="status", width=72, phone=True),
        Column(
            key="outcome", label=_("What may happen"), value=lambda row, _x: words.outcome_word(row.outcome), width=88,
            phone=True,
        ),
        Column(key="in3", label=words.WITHIN[3], value=_chance(3), width=84, align="right"),
        Column(key="in6", label=words.WITHIN[6], value=_chance(6), width=84, align="right", low_priority=True),
        Column(
            key="in12", label=words.WITHIN[12], value=_chance(12), width=88, align="right", sort="chance",
            phone=True,
        ),
        Column(key="stake", label=_("Premium at stake (CNY)"), value="at_stake", kind="money", width=120, sort="stake"),
        Column(key="premium", label=_("Annual premium (CNY)"), value="premium", kind="money", width=116,
               low_priority=True),
        Column(key="why", label=_("Why"), value=_reasons, width=280),
        Column(key="due", label=_("Retention task due"), value=lambda row, x: x.due.get(row.pk), kind="date",
               width=112),
        Column(
            key="agent", label=_("Served by"), value=lambda row, extras: extras.agents.get(row.servicing_agent_id),
            width=92,
        ),
        Column(key="scored", label=_("Scored on"), value="scored_on", kind="date", width=104, default=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="outcome", label=_("What may happen"), field="outcome", primary=True, dense=True,
            choices=tuple(Choice(key, word) for key, word in words.OUTCOMES.items()),
        ),
        ChoiceFilter(
            key="level", label=pgettext_lazy("churn", "Risk"), field="level", primary=True, dense=True,
            choices=tuple(Choice(str(key), word) for key, (word, _tone) in words.LEVELS.items()),
        ),
        LevelFilter(key="unit"),
        TypeaheadFilter(
            key="agent", label=_("Served by"), field="servicing_agent_id", search=agent_choices, label_of=agent_word
        ),
        NumberRange(key="stake", label=_("Premium at stake (CNY)"), field="at_stake", money=True),
    )  # fmt: skip
    sorts = (
        Sort(key="stake", label=_("Premium at stake"), field="at_stake"),
        Sort(key="chance", label=_("Chance within 12 months"), field="chance_12"),
    )
    default_sort = "-stake"
    views = (
        View(key="high", label=_("High risk"), query=f"level={HIGH}&sort=-stake"),
        View(key="all", label=_("All who are watched"), query="sort=-stake"),
        View(key="lapse", label=pgettext_lazy("churn", "Lapse"), query="outcome=lapse&sort=-stake"),
        View(key="surrender", label=pgettext_lazy("churn", "Surrender"), query="outcome=surrender&sort=-stake"),
        View(key="renewal", label=pgettext_lazy("churn", "Non-renewal"), query="outcome=renewal&sort=-stake"),
    )
    bulk_actions = (RETAIN,)
    empty = Empty(
        title=_("Nobody stands out"),
        text=_(
            "Every night each contract gets its chances of lapse, surrender and non-renewal; whoever stands out is "
            "listed here. Models need a history of contracts that went."
        ),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[ChurnScore]]:
        """Return the watched customers served in scope, and those lent to the post."""
        return churn_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[ChurnScore], _context: FilterContext) -> Extras:
        """Load customers, names and open tasks."""
        ids = [row.pk for row in rows]
        seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in=ids)
        agents = agent_names(row.servicing_agent_id for row in rows)
        return Extras(actor, {summary.pk: summary for summary in seen}, agents, retained_by(ids))

    def row_url(self, row: ChurnScore) -> str:
        """Return the customer's page."""
        return customer_url(row.pk)
