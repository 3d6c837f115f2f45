"""The list of records, the worst first (CUS-11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers import permissions
from keyuan.customers.forms.quality import words
from keyuan.customers.models import HAS, CustomerSummary, RecordQuality
from keyuan.customers.rules.quality import CODES, DIMENSIONS, codes_of
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.quality.rows import quality_sources, supplier_choices
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.customers.views.lists import agent_choices, agent_word
from keyuan.customers.views.quality.bulk_actions import CLEANSE
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    Empty,
    FilterContext,
    ListSpec,
    NumberRange,
    PageAction,
    Sort,
    Status,
    Toned,
    TypeaheadFilter,
    View,
    lists,
)


@dataclass(frozen=True, slots=True)
class Extras:
    """Whom the rows are about, who serves them, and what their suppliers are called."""

    actor: Actor
    today: date
    customers: Mapping[int, CustomerSummary]
    agents: Mapping[int, str]
    suppliers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class FindingFilter(ChoiceFilter):
    """Records with a finding: each has a column of its own, with an index of nobody else."""

    multiple: bool = False

    def read(self, query: Any) -> tuple[str, ...] | None:
        """Return the finding; one that nobody knows counts as none chosen."""
        value = super().read(query)
        return value if value and value[0] in HAS else None

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Ask the finding's column."""
        return [Condition(HAS[value[0]], "exact", value=True)]


def _customer(row: RecordQuality, extras: Extras) -> str:
    summary = extras.customers.get(row.pk)
    return customer_label(extras.actor, summary) if summary else ""


def _level(row: RecordQuality, _extras: Extras) -> Status:
    word, tone = words.LEVELS.get(row.level, (row.level, ""))
    return Status(word, tone)


def _findings(row: RecordQuality, _extras: Extras) -> str:
    return "、".join(words.finding_word(code) for code in codes_of(row.findings))


def _agent(row: RecordQuality, extras: Extras) -> Any:
    if row.servicing_agent_id is None:
        return Toned(str(_("Nobody")), "warn")
    return extras.agents.get(row.servicing_agent_id)


def _suppliers(actor: Actor) -> list[Choice]:
    return [Choice(key, word) for key, word in words.supplier_words(supplier_choices(actor)).items()]


class QualityList(ListSpec):
    """Records in reach, the worst first."""

    key = "quality"
    title = _("Records by quality")
    permission = permissions.QUALITY
    url_name = "customers:quality-list"
    columns = (
        Column(key="name", label=_("Customer"), value=_customer, width=120, first=True),
        Column(key="score", label=_("Score"), value="score", kind="number", width=72, sort="score", phone=True),
        Column(
            key="level",
            label=pgettext_lazy("data quality", "Level"),
            value=_level,
            kind="status",
            width=88,
            phone=True,
        ),
        Column(key="findings", label=_("What is wrong"), value=_findings, width=360),
        *(
            Column(key=name, label=words.DIMENSIONS[name], value=name, kind="number", width=72, low_priority=True)
            for name in DIMENSIONS
        ),
        Column(
            key="supplier",
            label=_("Where the record is from"),
            value=lambda row, extras: extras.suppliers.get(row.supplier, row.supplier),
            width=160,
            low_priority=True,
        ),
        Column(key="agent", label=_("Served by"), value=_agent, width=100),
        Column(key="changed", label=_("Last change"), value="changed_on", kind="date", width=112, default=False),
    )
    filters = (
        FindingFilter(
            key="finding",
            label=_("What is wrong"),
            field="findings",
            choices=tuple(Choice(code, words.FINDINGS[code][0]) for code in CODES),
            primary=True,
        ),
        ChoiceFilter(
            key="level",
            label=pgettext_lazy("data quality", "Level"),
            field="level",
            choices=tuple(Choice(code, word) for code, (word, _tone) in words.LEVELS.items()),
            primary=True,
            dense=True,
        ),
        LevelFilter(key="unit", primary=True),
        ChoiceFilter(
            key="supplier", label=_("Where the record is from"), field="supplier", choices=_suppliers, multiple=False
        ),
        TypeaheadFilter(
            key="agent", label=_("Served by"), field="servicing_agent_id", search=agent_choices, label_of=agent_word
        ),
        NumberRange(key="score", label=_("Score"), field="score"),
    )
    sorts = (Sort(key="score", label=_("Score"), field="score"),)
    default_sort = "score"
    views = (
        View(key="worst", label=_("The worst first")),
        View(key="bad", label=_("Bad records"), query="level=BAD&sort=score"),
        View(key="dead", label=_("Dead numbers"), query="finding=DEAD_NUMBER&sort=score"),
        View(key="returned", label=_("Returned letters"), query="finding=ADDRESS_RETURNED&sort=score"),
        View(key="expired", label=_("Expired documents"), query="finding=DOCUMENT_EXPIRED&sort=score"),
        View(key="no-phone", label=_("No usable phone"), query="finding=NO_PHONE&sort=score"),
    )
    bulk_actions = (CLEANSE,)
    page_actions = (
        PageAction(
            label=_("Quality board"), url_name="customers:quality", icon="chart-bar", permission=permissions.QUALITY
        ),
    )
    empty = Empty(title=_("No records here"), text=_("Records are judged when they change and every night."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[RecordQuality]]:
        """Return the records of customers served in scope, and those lent to the post."""
        return quality_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[RecordQuality], context: FilterContext) -> Extras:
        """Load customers, names and words."""
        seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in=[row.pk for row in rows])
        return Extras(
            actor,
            context.today,
            {summary.pk: summary for summary in seen},
            agent_names(row.servicing_agent_id for row in rows),
            words.supplier_words({row.supplier for row in rows}),
        )

    def row_url(self, row: RecordQuality) -> str:
        """Return the customer's page."""
        return customer_url(row.pk)


def register() -> None:
    """Put the list into the registry."""
    lists.add(QualityList())
