"""The list of renewals: what ends when, how far it came, who works on it (POL-4)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from keyuan.customers.selectors.labels import SALES_CHANNELS, label_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.width import half_width
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
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
    NumberRange,
    PageAction,
    Sort,
    Status,
    TextFilter,
    Toned,
    TypeaheadFilter,
    View,
)
from keyuan.policies import permissions
from keyuan.policies.models import Renewal
from keyuan.policies.rules.renewals.stages import LIVE, Stage
from keyuan.policies.selectors.labels import PRODUCT_KINDS
from keyuan.policies.selectors.renewals import renewal_sources
from keyuan.policies.selectors.renewals.labels import GROUP_WORDS, REASONS, STAGES
from keyuan.policies.selectors.renewals.rates import names_of, short_products, units_like
from keyuan.policies.views.cells import Extras, agent_cell, agent_filter, person_cell
from keyuan.policies.views.renewals.actions import ASSIGN, REMIND, TASKS

TAIL = 6
RATES = PageAction(
    label=_("Renewal rate"), url_name="policies:renewal-rates", icon="chart-bar", permission=permissions.RENEW
)
LIVE_QUERY = "&".join(f"stage={stage}" for stage in LIVE)


def _number(row: Renewal, extras: Extras) -> str:
    return present(extras.actor, row.policy_no, "policy_no")


def _holder(row: Renewal, extras: Extras) -> Link | str | None:
    return person_cell(extras.actor, row.holder_name, row.holder_id)


def _stage(row: Renewal, _extras: Extras) -> Status:
    tone, word = STAGES[row.stage]
    return Status(word, tone)


def _days(row: Renewal, extras: Extras) -> Any:
    left = (row.expires_on - extras.today).days
    if row.closed_at is not None:
        return "--"
    if left < 0:
        return Toned(ngettext("%(count)s day over", "%(count)s days over", -left) % {"count": -left}, "bad")
    words = ngettext("%(count)s day", "%(count)s days", left) % {"count": left}
    return Toned(words, "bad") if left <= 7 else words


def _calls(row: Renewal, extras: Extras) -> Any:
    return Toned(row.calls_from, "muted") if row.calls_from > extras.today else row.calls_from


def _by_number(rows: QuerySet[Renewal], value: Any, _context: FilterContext) -> QuerySet[Renewal]:
    """Keep those of the policy with the typed number, or whose number ends in the typed six characters."""
    typed = half_width(str(value)).strip().upper()
    tail = rows.filter(policy_no_tail=typed[-TAIL:])
    return tail if len(typed) == TAIL else tail.filter(policy_no=typed)


def _product_choices(_actor: Actor, text: str) -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in short_products(text)]


def _product_word(_actor: Actor, value: str) -> str:
    return names_of("product", [int(value)]).get(int(value), value)


def _units(level: str) -> Callable[[Actor, str], list[Choice]]:
    def search(actor: Actor, text: str) -> list[Choice]:
        return [Choice(str(pk), name) for pk, name in units_like(actor, level, text)]

    return search


def _unit_word(_actor: Actor, value: str) -> str:
    return names_of("team", [int(value)]).get(int(value), value)


class ProductFilter(TypeaheadFilter):
    """One product: of a third of the book, so it is walked along the order and never gathered."""

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Compare ids."""
        return [Condition(self.field, "exact", int(value))]


class RenewalList(ListSpec):
    """Chances of renewal within reach, what ends first on top."""

    key = "renewals"
    title = _("Renewals of cover")
    permission = permissions.RENEW
    url_name = "policies:renewals"
    noun = _("renewals")
    columns = (
        Column(key="number", label=_("Policy number"), value=_number, width=144, first=True),
        Column(key="holder", label=_("Policyholder"), value=_holder, kind="link", width=104, phone=True),
        Column(key="product", label=_("Product"), value="product.name", width=168),
        Column(key="stage", label=pgettext_lazy("renewal", "Stage"), value=_stage, kind="status", width=130,
               phone=True),
        Column(key="expires", label=_("Expires"), value="expires_on", kind="date", width=112, sort="expires"),
        Column(key="left", label=pgettext_lazy("renewal", "Time left"), value=_days, width=92, phone=True),
        Column(key="premium", label=_("Premium (yuan)"), value="premium", kind="money", width=112, sort="premium"),
        Column(key="new", label=pgettext_lazy("renewal", "New premium (yuan)"), value="new_premium", kind="money",
               width=112, low_priority=True),
        Column(key="calls", label=pgettext_lazy("renewal", "Calls from"), value=_calls, kind="date", width=112,
               low_priority=True),
        Column(key="follow", label=pgettext_lazy("renewal", "Come back to it on"), value="follow_up_on", kind="date",
               width=112, default=False),
        Column(key="contacts", label=pgettext_lazy("renewal", "Contacts"), value="contacts", kind="number", width=80,
               default=False),
        Column(key="quotes", label=pgettext_lazy("renewal", "Quotes"), value="quotes_made", kind="number", width=80,
               default=False),
        Column(key="agent", label=_("Served by"), value=agent_cell, width=96, low_priority=True),
        Column(key="reason", label=_("Reason"), value=lambda row, _extras: REASONS.get(row.reason, ""), width=120,
               default=False),
        Column(key="kind", label=_("Kind"), value=lambda row, _extras: label_of(PRODUCT_KINDS, row.kind), width=88,
               default=False),
        Column(key="channel", label=_("Sales channel"), width=112, default=False,
               value=lambda row, _extras: label_of(SALES_CHANNELS, row.sales_channel)),
    )  # fmt: skip
    filters = (
        TextFilter(key="q", label=_("Policy number"), placeholder=_("Number or last six"), primary=True, searches=True,
                   apply=_by_number),
        ChoiceFilter(key="stage", label=pgettext_lazy("renewal", "Stage"), field="stage", primary=True,
                     choices=tuple(Choice(code, word) for code, (_tone, word) in STAGES.items())),
        ChoiceFilter(key="kind", label=_("Kind"), field="kind", primary=True,
                     choices=tuple(Choice(code, word) for code, word in PRODUCT_KINDS.items())),
        DateRange(key="expires", label=_("Expires"), field="expires_on", presets=(
            ("today", "today+7", _("In 7 days")), ("today", "today+30", _("In 30 days")),
            ("today-30", "today-1", pgettext_lazy("renewal", "Ended, window open")))),
        DateRange(key="calls", dense=True, label=pgettext_lazy("renewal", "Calls from"), field="calls_from"),
        ChoiceFilter(key="channel", dense=True, label=_("Sales channel"), field="sales_channel",
                     choices=tuple(Choice(code, word) for code, word in SALES_CHANNELS.items())),
        ProductFilter(key="product", dense=True, label=_("Product"), field="product_id", search=_product_choices,
                        label_of=_product_word),
        ChoiceFilter(key="reason", dense=True, label=_("Reason"), field="reason",
                     choices=tuple(Choice(code, word) for code, word in REASONS.items())),
        NumberRange(key="premium", label=_("Premium (yuan)"), field="premium", money=True),
        *(
            TypeaheadFilter(key=level, label=GROUP_WORDS[level], field=f"{level}_id", search=_units(level),
                            label_of=_unit_word)
            for level in ("branch", "sub_branch", "team")
        ),
        agent_filter(),
    )  # fmt: skip
    sorts = (
        Sort(key="expires", label=_("Expires"), field="expires_on"),
        Sort(key="premium", label=_("Premium (yuan)"), field="premium", descending=True),
    )
    default_sort = "expires"
    views = (
        View(key="live", label=pgettext_lazy("renewal", "In work"), query=f"{LIVE_QUERY}&sort=expires"),
        View(key="callable", label=pgettext_lazy("renewal", "May be called"),
             query=f"stage={Stage.OPEN}&calls.to=today&sort=expires"),
        View(key="week", label=pgettext_lazy("renewal", "Ends in 7 days"),
             query=f"{LIVE_QUERY}&expires.from=today&expires.to=today%2B7&sort=expires"),
        View(key="issue", label=pgettext_lazy("renewal", "To be issued"), query=f"stage={Stage.ACCEPTED}&sort=expires"),
        View(key="won", label=pgettext_lazy("renewal", "Renewed"), query=f"stage={Stage.WON}&sort=-expires"),
        View(key="lost", label=pgettext_lazy("renewal", "Not renewed"), query=f"stage={Stage.LOST}&sort=-expires"),
        View(key="all", label=_("All renewals")),
    )  # fmt: skip
    bulk_actions = (ASSIGN, REMIND, TASKS)
    page_actions = (RATES,)
    empty = Empty(
        title=_("No renewals yet"),
        text=_("Contracts of a year or less appear here by themselves when their renewal window opens."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Renewal]]:
        """Return the chances served in scope."""
        return [rows.select_related("product") for rows in renewal_sources(actor, now=clock.now())]

    def prepare(self, actor: Actor, rows: Sequence[Renewal], context: FilterContext) -> Extras:
        """Load the names of who works on them."""
        return Extras(actor, context.today, agent_names(row.servicing_agent_id for row in rows))

    def row_url(self, row: Renewal) -> str:
        """Return the page of a chance."""
        return reverse("policies:renewal", args=[row.pk])

    def row_class(self, row: Renewal) -> str:
        """Mark what ended without being renewed yet."""
        return "edge-warn" if row.closed_at is None and row.expires_on < clock.today() else ""
