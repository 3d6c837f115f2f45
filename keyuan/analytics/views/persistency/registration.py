"""What the page of persistency hangs into the registries (ANA-10)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.views.persistency import pages
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items

HELP = (
    (
        "analytics:persistency",
        _(
            "Which part of a month's first-year premium is paid again in the second, third and fourth year, by three "
            "cuts. Open a unit to narrow it, a month for its contracts in your reach."
        ),
    ),
)
persistency_urls = [path("persistency/", pages.persistency, name="persistency")]


def register() -> None:
    """Fill the registries."""
    add_help(HELP)
    nav_items.add(
        NavItem(
            "persistency", _("Persistency"), "analytics:persistency", "chart-line", permissions.VIEW, "analytics", 20
        )
    )
