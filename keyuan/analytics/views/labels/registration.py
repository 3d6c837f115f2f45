"""What labels hang into the registries when the system starts (ANA-3, ANA-5)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.views.labels import pages
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences

HELP = (
    (
        "analytics:labels",
        _(
            "Labels of the families risk, value and need that rules set every night: what each says, whom it fits in"
            " your reach, what the last night changed. Below stand labels and segments that the system suggests; taken"
            " over, they are yours to change."
        ),
    ),
)
SENTENCES = {
    "label.taken": _("The label %(name)s follows a rule already. Change that rule in the catalogue of tags."),
}
label_urls = [
    path("labels/", pages.labels, name="labels"),
    path("labels/<slug:code>/take-over/", pages.label_take_over, name="label-take-over"),
]


def register() -> None:
    """Fill the registries."""
    add_help(HELP)
    add_sentences(SENTENCES)
    nav_items.add(
        NavItem("labels", _("Labels by rules"), "analytics:labels", "tags", permissions.VIEW, "analytics", 14)
    )
