"""What groups of similar needs hang into the registries when the system starts (ANA-4)."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.extensions import ModelKind, model_kinds
from keyuan.analytics.forms.cluster_words import names_of
from keyuan.analytics.selectors.clusters.fits import KEY, current_clusters
from keyuan.analytics.views.clusters import pages
from keyuan.customers import permissions as customer_permissions
from keyuan.customers.extensions import segment_fields
from keyuan.customers.rules.segments.fields import Field
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences

HELP = (
    (
        "analytics:clusters",
        _(
            "Customers with a similar stage of life and similar cover, found by the data. The page says why there are"
            " so many groups and how steady they are. A group opens as the list of its customers in your reach and can"
            " become a segment; its name stays with its people."
        ),
    ),
    (
        "analytics:cluster-name",
        _("A name that people understand. Empty goes back to the suggestion, which follows the profile."),
    ),
    (
        "analytics:clusters-anew",
        _(
            "Groups are looked for anew every month; here for the next night. What is found is compared with what"
            " stands, and places customers only after somebody promotes it in the register of models."
        ),
    ),
)
SENTENCES = {
    "cluster.name": _("Shorten the name to %(most)s characters."),
    "cluster.name_taken": _("Another group is called %(name)s. Choose another name."),
    "cluster.reason": _("Say why the groups are to be found anew: the reason stays with them."),
}
cluster_urls = [
    path("clusters/", pages.clusters, name="clusters"),
    path("clusters/anew/", pages.clusters_anew, name="clusters-anew"),
    path("clusters/<slug:code>/name/", pages.cluster_name, name="cluster-name"),
]


def _choices() -> list[tuple[str, Any]]:
    return list(names_of(current_clusters()).items())


def register() -> None:
    """Fill the registries."""
    add_help(HELP)
    add_sentences(SENTENCES)
    segment_fields.add(
        Field(
            "cluster", _("Group of needs"), "choice", "cluster", "customer__score__cluster", group="score", blank="",
            choices=_choices, permission=customer_permissions.SCORES,
        )
    )  # fmt: skip
    model_kinds.add(
        ModelKind(
            KEY,
            _("Groups of similar needs"),
            _("Puts people of a similar stage of life and similar cover together, for planning offers and campaigns."),
            _("k-means on scaled measures; the number of groups by silhouette and by stability under drawing again."),
            _("None by itself: a group decides nothing about a customer."),
            table="protection",
        )
    )
    nav_items.add(
        NavItem(
            "clusters", _("Groups of needs"), "analytics:clusters", "users-group", permissions.VIEW, "analytics", 12
        )
    )
