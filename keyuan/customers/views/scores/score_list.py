"""Customers by value, the most valuable first (ANA-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers import permissions
from keyuan.customers.forms import score_words as words
from keyuan.customers.models import CustomerScore, CustomerSummary
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.scores import cluster_words, score_sources
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.bulk_actions import CREATE_TASK, TAG
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
    Sort,
    Status,
    TypeaheadFilter,
    View,
)


@dataclass(frozen=True, slots=True)
class Extras:
    """Whom the rows are about, and who serves them."""

    actor: Actor
    customers: Mapping[int, CustomerSummary]
    agents: Mapping[int, str]
    clusters: Mapping[str, Any]


def _customer(row: CustomerScore, extras: Extras) -> str:
    summary = extras.customers.get(row.pk)
    return customer_label(extras.actor, summary) if summary else ""


def _group(row: CustomerScore, _extras: Extras) -> Status:
    return Status(words.group_word(row.value_group), words.tone_of(row.value_group))


def _clusters(_actor: Actor) -> list[Choice]:
    return [Choice(code, word) for code, word in cluster_words().items()]


def _rfm(row: CustomerScore, _extras: Extras) -> str:
    return f"{row.recency}-{row.frequency}-{row.monetary}"


class ScoreList(ListSpec):
    """Customers in reach, the most valuable first."""

    key = "customer-scores"
    title = _("Customers by value")
    permission = permissions.SCORES
    url_name = "customers:scores"
    columns = (
        Column(key="name", label=_("Customer"), value=_customer, width=120, first=True),
        Column(key="group", label=_("Value group"), value=_group, kind="status", width=96, phone=True),
        Column(
            key="clv", label=_("Lifetime value (CNY)"), value="lifetime_value", kind="money", width=130, sort="clv",
            phone=True,
        ),
        Column(
            key="tier",
            label=_("Value tier"),
            value=lambda row, _extras: words.TIERS.get(row.value_tier, row.value_tier),
            width=80,
        ),
        Column(key="abc", label=_("ABC class"), value="abc", width=72),
        Column(key="rfm", label=_("R-F-M"), value=_rfm, width=80),
        Column(
            key="cluster",
            label=_("Group of needs"),
            value=lambda row, extras: extras.clusters.get(row.cluster, row.cluster),
            width=160,
            default=False,
        ),
        Column(key="premium", label=_("Annual premium (CNY)"), value="premium", kind="money", width=124),
        Column(key="contracts", label=_("Long-term contracts"), value="contracts", kind="number", width=88),
        Column(key="bought", label=_("Last purchase"), value="last_bought_on", kind="date", width=112),
        Column(key="contact", label=_("Last contact"), value="last_contact_on", kind="date", width=112),
        Column(
            key="agent",
            label=_("Served by"),
            value=lambda row, extras: extras.agents.get(row.servicing_agent_id),
            width=100,
        ),
        Column(key="scored", label=_("Scored on"), value="scored_on", kind="date", width=112, default=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="group",
            label=_("Value group"),
            field="value_group",
            choices=tuple(Choice(code, word) for code, (word, _tone, _hint) in words.GROUPS.items()),
            primary=True,
        ),
        ChoiceFilter(
            key="tier",
            label=_("Value tier"),
            field="value_tier",
            choices=tuple(Choice(code, word) for code, word in words.TIERS.items()),
            primary=True,
        ),
        ChoiceFilter(
            key="abc",
            label=_("ABC class"),
            field="abc",
            choices=tuple(Choice(code, word) for code, word in words.CLASSES.items()),
            primary=True,
            dense=True,
        ),
        ChoiceFilter(key="cluster", label=_("Group of needs"), field="cluster", choices=_clusters, multiple=False),
        LevelFilter(key="unit"),
        TypeaheadFilter(
            key="agent", label=_("Served by"), field="servicing_agent_id", search=agent_choices, label_of=agent_word
        ),
        NumberRange(key="clv", label=_("Lifetime value (CNY)"), field="lifetime_value", money=True),
        NumberRange(key="contracts", label=_("Long-term contracts"), field="contracts", dense=True),
    )  # fmt: skip
    sorts = (Sort(key="clv", label=_("Lifetime value (CNY)"), field="lifetime_value"),)
    default_sort = "-clv"
    views = (
        View(key="all", label=_("The most valuable first")),
        View(key="risk", label=_("At risk and valuable"), query="group=AT_RISK&sort=-clv"),
        View(key="potential", label=pgettext_lazy("value group", "Potential"), query="group=POTENTIAL&sort=-clv"),
        View(key="loyal", label=pgettext_lazy("value group", "Loyal"), query="group=LOYAL&sort=-clv"),
    )
    bulk_actions = (CREATE_TASK, TAG)
    empty = Empty(title=_("No scores yet"), text=_("Customers are scored every night, after the copy of the book."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[CustomerScore]]:
        """Return the scores of customers served in scope, and of those lent to the post."""
        return score_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[CustomerScore], _context: FilterContext) -> Extras:
        """Load customers and names."""
        seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in=[row.pk for row in rows])
        return Extras(
            actor,
            {summary.pk: summary for summary in seen},
            agent_names(row.servicing_agent_id for row in rows),
            cluster_words() if any(row.cluster for row in rows) else {},
        )

    def row_url(self, row: CustomerScore) -> str:
        """Return the customer's page."""
        return customer_url(row.pk)
