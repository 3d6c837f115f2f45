"""What the pages of value hang into the registries (ANA-2)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.views.value import pages
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences

HELP = (
    (
        "analytics:value",
        _(
            "What customers are worth, by group, class and tier, with the assumptions behind it. Every row opens as "
            "the list of its customers in your reach."
        ),
    ),
    (
        "analytics:value-terms",
        _("The numbers behind value. A change needs a reason and counts from the next night on."),
    ),
)
SENTENCES = {
    "value_terms.whole_book": _("Assumptions count for the whole book: only a post that reaches all of it sets them."),
    "value_terms.reason": _("Say why the assumptions change: the reason stays with the version."),
    "value_terms.unchanged": _("Nothing was changed. Change a number, or leave the page."),
    "value.share": _("Type a share between 0 and 100 per cent."),
    "value.horizon": _("Type a horizon from 1 to 40 years."),
    "value.abc_order": _("Class B has to end above class A."),
    "value.tier_order": _("Tiers have to begin at falling amounts above zero: top, high, medium."),
}
value_urls = [
    path("value/", pages.value, name="value"),
    path("value/terms/", pages.terms, name="value-terms"),
]


def register() -> None:
    """Fill the registries."""
    add_help(HELP)
    add_sentences(SENTENCES)
    nav_items.add(NavItem("value", _("Customer value"), "analytics:value", "award", permissions.VIEW, "analytics", 10))
