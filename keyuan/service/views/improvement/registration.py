"""What improvement hangs into the contexts below, and its own indicators (SRV-11)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.service import permissions
from keyuan.service.extensions import Indicator, indicators
from keyuan.service.forms import improvement as words
from keyuan.service.models import ImprovementItem
from keyuan.service.selectors.improvement import indicators as figures
from keyuan.service.selectors.improvement.items import access_item, items_visible_to
from keyuan.service.services.improvement.items import KIND, NUMBERS
from keyuan.service.views.improvement.items import ImprovementList

HELP = (
    (
        "service:improvement-list",
        _(
            "What the house wants to do better, the nearest due day first. Items come from decided complaints or are "
            "entered. Owners are reminded three days before; three days after the day it goes to those who judge."
        ),
    ),
    (
        "service:improvement",
        _(
            "When the period after is over, press Measure: both periods are counted from the desk's records. Somebody "
            "other than the owner judges the effect."
        ),
    ),
    (
        "service:improvement-month",
        _("What was entered, ended and is overdue in a month, with effect and minutes. Print it by the browser."),
    ),
    (
        "service:star",
        _("Propose a colleague as service star of the running month. Everybody has one vote, not for oneself."),
    ),
)  # fmt: skip


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    words.register()
    add_help(HELP)
    _indicators()
    lists.add(ImprovementList())
    number_series.add(NumberSeries(NUMBERS, "I", 6))
    subject_kinds.add(SubjectKind(KIND, pgettext_lazy("improvement", "Improvement item"), labels, address, access))
    for item in (
        NavItem("improvement", _("Improvement items"), "service:improvement-list", "trending-up",
                permissions.IMPROVEMENT, "service", 40),
        NavItem("star", _("Service star"), "service:star", "star", permissions.STAR, "service", 42),
    ):  # fmt: skip
        nav_items.add(item)


def _indicators() -> None:
    hours, share = _("hours"), _("per cent")
    for one in (
        Indicator("complaints", _("Complaints for 30 days"), _("complaints for 30 days"), True,
                  figures.complaints_a_month),
        Indicator("repeated", _("Repeated complaints"), share, True, figures.repeated_share),
        Indicator("first_response", _("Time until the first response"), hours, True, figures.first_response),
        Indicator("solution", _("Time until the solution"), hours, True, figures.solution_time),
        Indicator("reopened", _("Work orders opened again"), share, True, figures.reopened_share),
        Indicator("callback", _("Successful call-backs"), share, False, figures.callback_success),
    ):  # fmt: skip
        indicators.add(one)


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name items by their title."""
    return dict(items_visible_to(actor).filter(pk__in=ids).values_list("pk", "title"))


def address(item_id: int) -> str:
    """Return the page of an item."""
    return reverse("service:improvement", args=[item_id])


def access(actor: Actor, item_id: int) -> ImprovementItem:
    """Return the item; raises NotFound."""
    return access_item(actor, item_id)
