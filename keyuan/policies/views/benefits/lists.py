"""Benefits that fall due as a list."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    NumberRange,
    PageAction,
    Sort,
    Status,
    Toned,
    Verdict,
    View,
    choices_of,
)
from keyuan.policies import permissions
from keyuan.policies.models import BenefitDue
from keyuan.policies.selectors.benefits import benefit_sources, payees_of
from keyuan.policies.selectors.benefits.labels import AHEAD, KINDS, STATES
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.views.cells import Extras, about_living, agent_filter, person_cell, task_action

RATES = PageAction(
    label=_("Dividend rates"), url_name="policies:dividend-rates", icon="coin", permission=permissions.BENEFIT_RUN,
    shown=reaches_whole_book,
)  # fmt: skip
AGAIN = PageAction(
    label=_("Look at days again"),
    url_name="policies:benefits-again",
    icon="refresh",
    permission=permissions.BENEFIT_RUN,
    shown=reaches_whole_book,
)


def state_word(row: BenefitDue, today: date) -> tuple[str, Any]:
    """Return dot and word of a benefit; one that has not fallen due is announced."""
    return AHEAD if row.state == BenefitDue.State.OPEN and row.due_on > today else STATES[row.state]


def _payee(row: BenefitDue, extras: Extras) -> Link | str | None:
    return person_cell(extras.actor, row.payee_name, row.payee_id)


def _state(row: BenefitDue, extras: Extras) -> Status:
    dot, word = state_word(row, extras.today)
    return Status(word, dot)


def _due(row: BenefitDue, extras: Extras) -> Any:
    late = row.state == BenefitDue.State.OPEN and row.due_on < extras.today
    return Toned(row.due_on, "warn") if late else row.due_on


def _payees(_actor: Actor, ids: Sequence[int], _now: datetime) -> dict[int, int]:
    return payees_of(ids)


def _check_payees(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    return about_living(actor, ids, payees_of(ids), "benefit.no_payee_in_reach", now)


CREATE_TASK = task_action(
    _payees, check=_check_payees, consequence=_("Each payee gets one task, in the list of whoever serves them.")
)


class BenefitList(ListSpec):
    """Benefits of contracts served in scope, by the day they fall due."""

    key = "benefits"
    title = _("Benefits due")
    permission = permissions.VIEW
    url_name = "policies:benefits"
    noun = pgettext_lazy("list", "benefits")
    columns = (
        Column(key="payee", label=pgettext_lazy("benefit", "Payee"), value=_payee, kind="link", width=110, first=True),
        Column(
            key="kind", label=pgettext_lazy("benefit", "Benefit"), width=110, phone=True,
            value=lambda row, _extras: KINDS[row.kind],
        ),
        Column(key="state", label=_("State"), value=_state, kind="status", width=150, phone=True),
        Column(key="due", label=pgettext_lazy("benefit", "Due on"), value=_due, kind="date", width=112, sort="due"),
        Column(
            key="payable", label=_("Amount (yuan)"), value="payable", kind="money", width=120, sort="amount", phone=True
        ),
        Column(
            key="number", label=_("Policy number"), width=144,
            value=lambda row, extras: policy_number(extras.actor, row.policy),
        ),
        Column(key="product", label=_("Product"), value=lambda row, _extras: row.product.name, width=190),
        Column(key="told", label=_("Last told"), value="last_prompt_on", kind="date", width=112),
        Column(
            key="agent", label=_("Served by"), width=96,
            value=lambda row, extras: extras.agents.get(row.servicing_agent_id or 0, ""),
        ),
        Column(key="paid", label=_("Settled on"), value="settled_on", kind="date", width=112, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="state", label=_("State"), field="state", primary=True, dense=True,
            choices=choices_of({state: word for state, (_dot, word) in STATES.items()}),
        ),
        ChoiceFilter(
            key="kind", label=pgettext_lazy("benefit", "Benefit"), field="kind", choices=choices_of(KINDS),
            primary=True, dense=True,
        ),
        DateRange(
            key="due", label=pgettext_lazy("benefit", "Due on"), field="due_on", primary=True,
            presets=(
                ("today-1095", "today-90", _("Waiting for over 90 days")),
                ("today-90", "today", _("In the last 90 days")),
                ("today", "today+90", _("In 90 days")),
            ),
        ),
        NumberRange(key="amount", label=_("Amount (yuan)"), field="payable", money=True),
        agent_filter(),
    )  # fmt: skip
    sorts = (
        Sort(key="due", label=pgettext_lazy("benefit", "Due on"), field="due_on"),
        Sort(key="amount", label=_("Amount (yuan)"), field="payable", descending=True),
    )
    default_sort = "due"
    views = (
        View(
            key="uncollected", label=pgettext_lazy("benefit", "Not collected"),
            query="state=OPEN&due.to=today&sort=due",
        ),
        View(
            key="maturing", label=_("Maturing in 90 days"),
            query="state=OPEN&kind=MATURITY&due.from=today&due.to=today%2B90&sort=due",
        ),
        View(key="claimed", label=_("To be approved"), query="state=CLAIMED&sort=due"),
        View(key="approved", label=_("Approved, to be paid"), query="state=APPROVED&sort=due"),
        View(key="all", label=_("All benefits")),
    )  # fmt: skip
    bulk_actions = (CREATE_TASK,)
    page_actions = (RATES, AGAIN)
    empty = Empty(
        title=_("No benefits fall due"),
        text=_(
            "Survival benefits, annuities, maturities and dividends of contracts you serve appear here by themselves."
        ),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[BenefitDue]]:
        """Return the benefits of contracts served in scope."""
        sources = benefit_sources(actor, now=clock.now())
        return [rows.select_related("policy", "product").defer("account", "policy__facts") for rows in sources]

    def prepare(self, actor: Actor, rows: Sequence[BenefitDue], context: FilterContext) -> Extras:
        """Load the names of who serves them."""
        return Extras(actor, context.today, agent_names(row.servicing_agent_id for row in rows))

    def row_url(self, row: BenefitDue) -> str:
        """Return the benefit's page."""
        return reverse("policies:benefit", args=[row.pk])

    def panel_url(self, _row: BenefitDue) -> str:
        """Benefits open whole."""
        return ""
