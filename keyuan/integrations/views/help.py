"""What the pages of connectors say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "integrations:connector-list",
        _(
            "Where other systems leave their files, when they are expected and what came of each delivery. A "
            "delivery with too many faults is set apart before a row is written."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
