"""What the pages of policies say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "policies:policy-list",
        _(
            "All policies within your reach with their state and next premium. Filter by state, product or "
            "due date; a row opens the contract with its premiums, people, claims and changes."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
