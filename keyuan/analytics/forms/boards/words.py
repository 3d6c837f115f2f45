"""Names and definitions of indicators in words, and how their figures read (ANA-12).

A definition says the formula as an actuary would: what is counted, over what, of which rows of the book.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics.rules.boards.indicators import (
    CASES,
    CNY,
    CONTRACTS,
    PEOPLE,
    PER_TEN_THOUSAND,
    PERCENT,
    TIMES,
    Indicator,
)
from keyuan.analytics.rules.boards.outlook import Course, Outlook
from keyuan.analytics.rules.boards.periods import MONTH, QUARTER, ROLLING, YEAR
from keyuan.platform import formats

POLICIES, CUSTOMERS, ORDERS, CLAIMS = _("Policies"), _("Customers"), _("Work orders"), _("Claims")
SCORES, PREMIUMS = _("Scores of the night"), _("Premiums by policy year")
_POINTS = pgettext_lazy("of a share", "points")
#: How a figure that did not move is told, to the places that are shown.
UNMOVED = "±0"
_OF_NIGHT = _("Known from the first night on; each month keeps what its last night saw.")


@dataclass(frozen=True, slots=True)
class Words:
    """What an indicator is called, its formula in words, and where its rows stand."""

    name: Any
    formula: Any
    source: Any


INDICATORS: Mapping[str, Words] = {
    "customers": Words(
        _("Customers"), _("Customers served, holders and prospects, merged records left out."), CUSTOMERS
    ),
    "long_holders": Words(
        _("Long-term holders"),
        _("Customers with at least one contract longer than a year in force."),
        POLICIES,
    ),
    "new_customers": Words(_("New customers"), _("Customers put on file in the period."), CUSTOMERS),
    "second_purchase": Words(
        _("Second purchase"),
        _(
            "Customers who held a long-term contract when the year began and whose next one began within the year, "
            "over all who held one then. Counted from 1 January, each customer once."
        ),
        POLICIES,
    ),
    "referral": Words(
        pgettext_lazy("ratio of customers", "Referral"),
        _("New customers who came by a referral, over all new customers of the period."),
        CUSTOMERS,
    ),
    "in_force": Words(
        _("Contracts in force"),
        _("Contracts that began and were neither suspended nor ended when the period ended."),
        POLICIES,
    ),
    "premium_in_force": Words(
        _("Annual premium in force"), _("Annualised premium of the contracts in force, in yuan contracts."), POLICIES
    ),
    "contracts_each": Words(
        _("Contracts per holder"), _("Long-term contracts in force over long-term holders."), POLICIES
    ),
    "sold": Words(_("New contracts"), _("Contracts whose cover began in the period."), POLICIES),
    "new_premium": Words(
        _("New premium"), _("Annualised premium of the contracts whose cover began in the period."), POLICIES
    ),
    "ape": Words(
        _("APE"),
        _(
            "Annual premium equivalent: new regular premium of long-term contracts plus a tenth of their single "
            "premiums, of cover that began in the period."
        ),
        POLICIES,
    ),
    "p13": Words(
        _("13-month persistency"),
        _(
            "Second-year premium received by the end of grace over first-year premium, of the cohorts whose 15th month "
            "fell into the period."
        ),
        PREMIUMS,
    ),
    "p25": Words(
        _("25-month persistency"),
        _(
            "Third-year premium received by the end of grace over first-year premium, of the cohorts whose 27th month "
            "fell into the period."
        ),
        PREMIUMS,
    ),
    "in_grace": Words(_("Contracts in grace"), _("Contracts in their grace period on the night."), POLICIES),
    "expiring": Words(
        _("Expiring in 40 days"), _("Contracts in force that expire within 40 days of the night."), POLICIES
    ),
    "orphans": Words(_("Orphans"), _("Customers whose service person left, over all customers."), CUSTOMERS),
    "unreachable": Words(
        _("Without contact data"), _("Customers without usable contact data, over all customers."), CUSTOMERS
    ),
    "dormant": Words(
        _("Dormant customers"), _("Customers whose last purchase is long ago, over all customers."), CUSTOMERS
    ),
    "contacted": Words(
        _("Contacted in 90 days"), _("Customers spoken with in the 90 days before the night, over all."), CUSTOMERS
    ),
    "at_risk": Words(
        _("Valuable customers at risk"), _("Customers whom the night put into the value group at risk."), SCORES
    ),
    "lifetime_value": Words(
        _("Lifetime value"), _("What the customers are still worth by the assumptions of value."), SCORES
    ),
    "claims": Words(_("Claims"), _("Claims whose event happened in the period."), CLAIMS),
    "orders": Words(_("Work orders received"), _("Orders of every kind that came in within the period."), ORDERS),
    "closed": Words(_("Work orders closed"), _("Orders closed in the period, whenever they came in."), ORDERS),
    "open_orders": Words(_("Open work orders"), _("Orders not closed on the night."), ORDERS),
    "late_orders": Words(
        _("Overdue share of open orders"), _("Open orders past their next deadline, over all open orders."), ORDERS
    ),
    "complaints": Words(_("Complaints"), _("Complaints that came in within the period."), ORDERS),
    "complaint_rate": Words(
        _("Complaints per ten thousand contracts"),
        _("Complaints that came in within the period, over the contracts in force at its end, times ten thousand."),
        ORDERS,
    ),
}
BOARDS: Mapping[str, Any] = {
    "management": pgettext_lazy("board", "Management"),
    "branch": pgettext_lazy("board", "Branch"),
    "customers": pgettext_lazy("board", "Customer resource"),
    "service": pgettext_lazy("board", "Service"),
    "sales": pgettext_lazy("board", "Sales"),
}
LENGTHS: Mapping[str, Any] = {
    MONTH: pgettext_lazy("length of a period", "Month"),
    QUARTER: pgettext_lazy("length of a period", "Quarter"),
    YEAR: pgettext_lazy("length of a period", "Year so far"),
    ROLLING: pgettext_lazy("length of a period", "Twelve months"),
}
UNITS: Mapping[str, Any] = {
    CNY: pgettext_lazy("unit of a figure", "yuan"),
    PERCENT: "%",
    PEOPLE: pgettext_lazy("unit of a figure", "people"),
    CONTRACTS: pgettext_lazy("unit of a figure", "contracts"),
    CASES: pgettext_lazy("unit of a figure", "cases"),
    PER_TEN_THOUSAND: pgettext_lazy("unit of a figure", "per ten thousand"),
    TIMES: pgettext_lazy("unit of a figure", "each"),
}
COURSES: Mapping[Course, tuple[Any, str]] = {
    Course.LIKELY: (_("Target likely met"), "ok"),
    Course.OPEN: (_("Target open"), "warn"),
    Course.UNLIKELY: (_("Target likely missed"), "bad"),
}
#: The same of a year that is over.
OUTCOMES: Mapping[Course, tuple[Any, str]] = {
    Course.LIKELY: (_("Target met"), "ok"),
    Course.OPEN: (_("Target open"), "warn"),
    Course.UNLIKELY: (_("Target missed"), "bad"),
}
DIRECTIONS: Mapping[bool | None, Any] = {
    True: _("More is better"),
    False: _("Less is better"),
    None: _("Neither more nor less is better"),
}
#: Which board opens first for whom.
BOARD_OF_ROLE: Mapping[str, str] = {
    "management": "management",
    "analyst": "management",
    "customer_resource_manager": "customers",
    "marketing_planner": "customers",
    "contact_centre_director": "service",
    "shift_leader": "service",
    "complaint_handler": "service",
    "intermediary_manager": "sales",
}


def course_said(course: Course | None, outlook: Outlook) -> tuple[Any, str] | None:
    """Return how a target fares and the tone of it; None where nothing can be said."""
    if course is None:
        return None
    return (COURSES if outlook.projection else OUTCOMES)[course]


def note_of(indicator: Indicator, states: frozenset[str]) -> Any:
    """Return what to know of an indicator's past."""
    return _OF_NIGHT if any(part.measure in states for part in indicator.parts) else ""


def said(indicator: Indicator, value: float | None) -> tuple[str, str]:
    """Return a figure and its unit as a board shows them."""
    if value is None:
        return formats.MISSING, ""
    unit = str(UNITS[indicator.unit])
    if indicator.unit == CNY:
        figure, size = formats.wan(round(value))
        return figure, f"{size}{unit}" if size else unit
    if indicator.unit in (PERCENT, TIMES, PER_TEN_THOUSAND):
        return f"{value:,.{1 if indicator.unit == PERCENT else 2}f}", unit
    return f"{round(value):,}", unit


def in_words(indicator: Indicator, value: float | None) -> str:
    """Return a figure with its unit in one text."""
    figure, unit = said(indicator, value)
    return f"{figure} {unit}" if unit and unit != "%" else f"{figure}{unit}"


def change_said(indicator: Indicator, change: float | None) -> str:
    """Return how a figure moved: per cent of what it was, points of a share, else in its unit; nothing by nothing."""
    if change is None:
        return ""
    places = 1 if indicator.bottom is None or indicator.unit == PERCENT else 2
    if not round(change, places):
        return UNMOVED
    size = f"{change:+,.{places}f}"
    if indicator.bottom is None:
        return f"{size}%"
    return f"{size} {_POINTS}" if indicator.unit == PERCENT else size
