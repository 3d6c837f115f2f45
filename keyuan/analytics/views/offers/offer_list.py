"""Offers in reach, the dearest first: whom to call about what, and who is not to be called (ANA-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.forms.offers import words
from keyuan.analytics.models import Offer
from keyuan.analytics.rules.offers.terms import ROOM, WHOLE
from keyuan.analytics.selectors.offers.reading import offer_sources, offers_among
from keyuan.analytics.services.offers.answering import tasks_of_offers
from keyuan.analytics.views.offers.acting import reasons_shown
from keyuan.contact.selectors.labels import REASONS, channel_name
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.customers.services.bulk import withdraw_tasks
from keyuan.customers.views.bulk_actions import check_living, task_form
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.customers.views.lists import agent_choices, agent_word
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    BooleanFilter,
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    NumberRange,
    Reason,
    Sort,
    Status,
    TypeaheadFilter,
    Verdict,
    View,
)

#: What the night can find against an approach; quiet hours pass by morning.
BLOCKS = tuple(code for code in REASONS if code not in ("quiet_hours", "too_early", "no_guardian"))
OPEN = "none"


@dataclass(frozen=True, slots=True)
class Extras:
    """Who asks, and the names of customers and of those who serve them."""

    actor: Actor
    customers: Mapping[int, str]
    agents: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class BlockFilter(ChoiceFilter):
    """Offers by what stands against an approach; nothing is kept as an empty text, which no address can say."""

    def conditions(self, value: Any, context: FilterContext) -> list[Condition]:
        """Compare the code, or its absence."""
        return super().conditions(tuple("" if item == OPEN else item for item in value), context)


def _customer(row: Offer, extras: Extras) -> Link | str:
    name = extras.customers.get(row.customer_id, "")
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else ""


def _likely(row: Offer, _extras: Extras) -> str | None:
    return f"{row.probability * 100 / WHOLE:.1f}%" if row.model_number else None


def _state(row: Offer, _extras: Extras) -> Status:
    if row.is_paused:
        return Status(_("Not interested"), "off")
    if row.block:
        return Status(words.block_word(row.block), "warn")
    return Status("、".join(channel_name(way) for way in row.ways.split()), "ok")


def _check(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    """Sort out whoever is not to be approached now, or does not want it, or is not served any more."""
    rows = offers_among(ids)
    resting = tuple(row.pk for row in rows if row.is_paused)
    blocked = tuple(row.pk for row in rows if row.block and not row.is_paused)
    served = check_living(actor, list({row.customer_id for row in rows}), now)
    living = set(served.ok_ids)
    gone = tuple(row.pk for row in rows if row.customer_id not in living)
    out = {*resting, *blocked, *gone}
    found = (("offer.resting", resting), ("offer.blocked", blocked), ("customer.not_active", gone))
    return Verdict(
        tuple(row.pk for row in rows if row.pk not in out),
        tuple(Reason(code, keys) for code, keys in found if keys),
    )


def _make_tasks(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    due_at = datetime.fromisoformat(data["due_on"])
    return tasks_of_offers(
        actor=actor, offer_ids=ids, title=data["title"], reason=data["reason"], due_at=due_at, now=now
    )


def _drop_tasks(actor: Actor, payload: list[int], now: datetime) -> int:
    return withdraw_tasks(actor=actor, task_ids=payload, now=now)


TASKS = BulkAction(
    key="task",
    label=_("Make tasks"),
    icon="calendar",
    permission=permissions.OFFER_WORK,
    check=_check,
    run=_make_tasks,
    undo=_drop_tasks,
    form=task_form,
    consequence=_(
        "Each customer gets one task about the first offer chosen; where one is open already, none is added."
    ),
)


class OfferList(ListSpec):
    """Offers in reach; the usual view leaves out who is not to be approached now and who does not want it."""

    key = "offers"
    title = words.LABEL
    permission = permissions.OFFERS
    url_name = "analytics:offer-list"
    noun = pgettext_lazy("of a list", "offers")
    columns = (
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=112, first=True),
        Column(
            key="family", label=_("Offer"), value=lambda row, _x: words.family_word(row.family), width=96, phone=True
        ),
        Column(key="product", label=_("Product"), value=lambda row, _x: row.product.name, width=176, low_priority=True),
        Column(key="state", label=_("May be approached"), value=_state, kind="status", width=136, phone=True),
        Column(key="likely", label=_("Likely within half a year"), value=_likely, align="right", width=88),
        Column(key="value", label=_("Expected margin (CNY)"), value="value", kind="money", width=112, sort="value"),
        Column(key="premium", label=_("Usual premium a year (CNY)"), value="premium", kind="money", width=120),
        Column(
            key="reasons", label=_("Why"), value=lambda row, extras: "；".join(reasons_shown(extras.actor, row)),
            width=280,
        ),
        Column(
            key="agent", label=_("Served by"), value=lambda row, extras: extras.agents.get(row.servicing_agent_id),
            width=96,
        ),
        Column(
            key="place", label=pgettext_lazy("offer", "Place"), value="place", kind="number", width=64, default=False,
        ),
        Column(key="written", label=_("Stands since"), value="written_on", kind="date", width=104, default=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="family", label=_("Offer"), field="family", primary=True, dense=True,
            choices=tuple(Choice(code, word) for code, word in words.KINDS.items()),
        ),
        BlockFilter(
            key="block", label=_("May be approached"), field="block", primary=True, dense=True,
            choices=(Choice(OPEN, _("Yes")), *(Choice(code, REASONS[code]) for code in BLOCKS)),
        ),
        BooleanFilter(key="resting", label=_("Not interested"), field="is_paused"),
        ChoiceFilter(
            key="place", label=pgettext_lazy("offer", "Place"), field="place", integer=True,
            choices=tuple(Choice(str(number), str(number)) for number in range(1, ROOM + 1)),
        ),
        LevelFilter(key="unit"),
        TypeaheadFilter(
            key="agent", label=_("Served by"), field="servicing_agent_id", search=agent_choices, label_of=agent_word
        ),
        NumberRange(key="value", label=_("Expected margin (CNY)"), field="value", money=True),
    )  # fmt: skip
    sorts = (Sort(key="value", label=_("Expected margin (CNY)"), field="value", descending=True),)
    default_sort = "-value"
    views = (
        View(key="open", label=_("May be approached"), query="block=none&resting=0&sort=-value"),
        View(
            key="blocked",
            label=pgettext_lazy("offers", "Not now"),
            query=f"{urlencode([('block', code) for code in BLOCKS])}&sort=-value",
        ),
        View(key="resting", label=_("Not interested"), query="resting=1&sort=-value"),
        View(key="all", label=_("All")),
    )
    bulk_actions = (TASKS,)
    empty = Empty(
        title=_("No offers in your reach"),
        text=_("Offers are chosen every night: who buys what is learnt from the book's own purchases."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Offer]]:
        """Return the offers in reach."""
        return offer_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[Offer], _context: FilterContext) -> Extras:
        """Load names."""
        names = customer_labels(actor, list({row.customer_id for row in rows}), now=clock.now())
        return Extras(actor, names, agent_names(row.servicing_agent_id for row in rows))

    def row_url(self, row: Offer) -> str:
        """Return the customer's page."""
        return reverse("customers:customer", args=[row.customer_id])
