"""Cases of retention, the newest first: the customers behind the figures of the effect (ANA-6)."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.forms.churn import words
from keyuan.analytics.models import ChurnCase
from keyuan.analytics.selectors.churn.effects import cases_visible_to
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
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
    Sort,
    View,
)

Names = Mapping[int, str]


def _customer(row: ChurnCase, names: Names) -> Link | str:
    name = names.get(row.customer_id, "")
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else ""


def _group(row: ChurnCase, _names: Names) -> str:
    return str(_("Left alone") if row.is_control else _("Worked on"))


class CaseList(ListSpec):
    """Cases opened in the reach; where a customer is out of reach by now, the case stands without a name."""

    key = "churn-cases"
    title = _("Cases of retention")
    permission = permissions.VIEW
    url_name = "analytics:churn-cases"
    noun = pgettext_lazy("of a list", "cases of retention")
    columns = (
        Column(
            key="opened", label=pgettext_lazy("case", "Opened on"), value="opened_on", kind="date", width=112,
            first=True, sort="opened",
        ),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=120, phone=True),
        Column(key="group", label=pgettext_lazy("case", "Group"), value=_group, width=88, phone=True),
        Column(
            key="outcome", label=_("What may happen"), value=lambda row, _x: words.outcome_word(row.outcome), width=96
        ),
        Column(
            key="chance", label=_("Within 12 months"), value=lambda row, _x: words.percent(row.chance), width=96,
            align="right",
        ),
        Column(key="stake", label=_("Premium at stake (CNY)"), value="at_stake", kind="money", width=120),
        Column(key="left", label=_("Went on"), value="left_on", kind="date", width=112, phone=True),
        Column(
            key="closed", label=pgettext_lazy("case", "Closed on"), value="closed_on", kind="date", width=112,
            low_priority=True,
        ),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="outcome", label=_("What may happen"), field="outcome", primary=True, dense=True,
            choices=tuple(Choice(key, word) for key, word in words.OUTCOMES.items()),
        ),
        BooleanFilter(key="control", label=_("Left alone"), field="is_control", primary=True),
        DateRange(key="opened", label=pgettext_lazy("case", "Opened on"), field="opened_on", primary=True),
        NumberRange(key="days", label=_("Days until it went"), field="left_after"),
        LevelFilter(key="unit"),
    )  # fmt: skip
    sorts = (Sort(key="opened", label=pgettext_lazy("case", "Opened on"), field="opened_on", descending=True),)
    default_sort = "-opened"
    views = (
        View(key="all", label=_("All")),
        View(key="worked", label=_("Worked on"), query="control=0"),
        View(key="alone", label=_("Left alone"), query="control=1"),
    )
    empty = Empty(title=_("No cases of retention yet"), text=_("They are opened every night for whoever stands out."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[ChurnCase]]:
        """Return the cases opened in the reach."""
        return [cases_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[ChurnCase], _context: FilterContext) -> Names:
        """Load the names of customers."""
        return customer_labels(actor, list({row.customer_id for row in rows}), now=clock.now())
