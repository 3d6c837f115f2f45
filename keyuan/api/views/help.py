"""What the pages of event push say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "api:webhooks",
        _(
            "Addresses of other programs that are told when something happens here. See what was sent, what "
            "failed and send it again."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
