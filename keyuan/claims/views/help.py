"""What the pages of claims say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "claims:claim-list",
        _(
            "Claims within your reach with where they stand, what was claimed and what was paid. Filter by "
            "state, kind and day; a row opens the claim with its steps."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
