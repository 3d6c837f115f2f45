"""What figures from outside hang into the registries when the system starts (ANA-1)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.views.external.figure_list import ExternalFigureList
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences

HELP = (
    (
        "analytics:external-figures",
        _(
            "Market premiums, incomes, health indices: published figures by region and period. They come by Import, "
            "are in every copy of the book, and models join them by region from the day they were known."
        ),
    ),
    (
        "analytics:external-indicator",
        _(
            "The newest period by province beside customers and premium of the book there. The share stands where the "
            "figure is an amount of yuan. A figure that is imported anew keeps what it was before."
        ),
    ),
)
SENTENCES = {
    "external.period": _("The period is not understood. Write 2024, 2024Q1 or 2024-05."),
    "external.region": _("The region is not known. Write its name, its code of six digits, or 全国."),
    "external.value": _("The figure has too many digits; at most %(places)s behind the point are kept."),
    "external.period_ahead": _("The period has not begun yet."),
    "external.published_ahead": _("The day of publication lies ahead."),
    "external.published_early": _("The day of publication lies before the period."),
}


def register() -> None:
    """Fill the registries."""
    lists.add(ExternalFigureList())
    add_sentences(SENTENCES)
    add_help(HELP)
    nav_items.add(
        NavItem(
            "external-figures", _("Figures from outside"), "analytics:external-figures", "globe", permissions.VIEW,
            "analytics", 80,
        )
    )  # fmt: skip
