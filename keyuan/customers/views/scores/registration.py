"""What scores hang into the registries when the system starts (ANA-2)."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers import permissions
from keyuan.customers.extensions import Panel, panels, segment_fields
from keyuan.customers.forms import score_words as words
from keyuan.customers.rules.segments.fields import Field
from keyuan.customers.views.scores.score_list import ScoreList
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items

BEHIND = "customer__score__"


def _groups() -> list[tuple[str, Any]]:
    return [(code, word) for code, (word, _tone, _hint) in words.GROUPS.items()]


FIELDS = (
    Field("value_group", _("Value group"), "choice", "value_group", f"{BEHIND}value_group",
          choices=_groups),
    Field("value_tier", _("Value tier"), "choice", "value_tier", f"{BEHIND}value_tier",
          choices=lambda: list(words.TIERS.items())),
    Field("abc", _("ABC class"), "choice", "abc", f"{BEHIND}abc", blank="",
          choices=lambda: list(words.CLASSES.items())),
    Field("lifetime_value", _("Lifetime value (CNY)"), "money", "lifetime_value",
          f"{BEHIND}lifetime_value"),
    Field("recency", _("Recency"), "number", "recency", f"{BEHIND}recency"),
    Field("frequency", _("Frequency"), "number", "frequency", f"{BEHIND}frequency"),
    Field("monetary", _("Monetary value"), "number", "monetary", f"{BEHIND}monetary"),
)  # fmt: skip
HELP = (
    (
        "customers:scores",
        _(
            "Customers by what they are expected to bring, the most valuable first. Groups say what to do: keep, wake, "
            "hold, win back. Everything is reckoned by night; the assumptions stand on the page of value."
        ),
    ),
)


def register() -> None:
    """Fill the registries."""
    lists.add(ScoreList())
    for field in FIELDS:
        # Whoever builds a segment by value has to be allowed to see it.
        segment_fields.add(replace(field, group="score", permission=permissions.SCORES))
    panels.add(
        Panel(
            "score", pgettext_lazy("of a customer", "Value"), "customers:score-panel", permissions.SCORES, "right", 46
        )
    )
    add_help(HELP)
    nav_items.add(
        NavItem(
            "customer-scores", _("Customers by value"), "customers:scores", "award", permissions.SCORES, "customers", 66
        )
    )
