"""What the pages of products say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "products:product-list",
        _(
            "The catalogue: what is on sale, with benefits, clauses, terms and who may sell it. Older "
            "versions stay, since contracts refer to them."
        ),
    ),
    (
        "products:package-list",
        _(
            "Products that are sold together, with what each contributes. A package can be sold while all its "
            "products are on sale."
        ),
    ),
    (
        "products:request-list",
        _("Changes of what is on sale that wait for another person's decision."),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
