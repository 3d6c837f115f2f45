"""What the page of persistency hangs into the registries (ANA-10)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.views.behind.lists import CustomersBehind, PoliciesBehind
from keyuan.analytics.views.persistency import pages
from keyuan.platform.help import add_help
from keyuan.platform.lists import list_urls, lists
from keyuan.platform.navigation import NavItem, nav_items

HELP = (
    (
        "analytics:persistency",
        _(
            "Which part of a month's first-year premium is paid again in the second, third and fourth year, by three "
            "cuts. Open a unit to narrow it, a month for its contracts in your reach."
        ),
    ),
    (
        "analytics:policies-behind",
        _(
            "Exactly the contracts that a figure counts, in your reach, as of the last night. At most 50,000 are shown:"
            " narrow a larger figure to a unit."
        ),
    ),
    (
        "analytics:customers-behind",
        _(
            "Exactly the customers that a ratio counts, in your reach, as of the last night. At most 50,000 are shown:"
            " narrow a larger figure to a unit."
        ),
    ),
)
POLICIES, CUSTOMERS = PoliciesBehind(), CustomersBehind()
persistency_urls = [
    path("persistency/", pages.persistency, name="persistency"),
    *list_urls(POLICIES, "persistency/policies/"),
    *list_urls(CUSTOMERS, "persistency/customers/"),
]


def register() -> None:
    """Fill the registries."""
    add_help(HELP)
    for spec in (POLICIES, CUSTOMERS):
        lists.add(spec)
    nav_items.add(
        NavItem(
            "persistency", _("Persistency"), "analytics:persistency", "chart-line", permissions.VIEW, "analytics", 20
        )
    )
