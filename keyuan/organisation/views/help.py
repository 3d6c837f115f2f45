"""What the pages of the organisation say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "organisation:units",
        _(
            "The tree of the company. Open a unit to see its people and what it serves; move or close units "
            "here, which moves what they serve with them."
        ),
    ),
    (
        "organisation:people",
        _(
            "Who may sign in, in which posts. Hire, lock, and let people go here; a leaver's access ends the "
            "same moment."
        ),
    ),
    (
        "organisation:roles",
        _(
            "What each kind of post may do and how much of personal data it sees. A change counts for "
            "everybody in the role from the next page on."
        ),
    ),
    (
        "organisation:agents",
        _("Salespeople with their licences, qualifications and units, whether they can sign in or not."),
    ),
    (
        "organisation:sign-in-policy",
        _(
            "How strong passwords must be, who needs a second factor, and when a session ends. Stricter rules "
            "hold from the next sign-in."
        ),
    ),
    (
        "organisation:api-clients",
        _(
            "Programs that may call the open interface, each in a post like a person. Replace their secrets "
            "here; the old one works on for the overlap you choose."
        ),
    ),
    (
        "organisation:idle",
        _("Accounts that nobody uses, posts without people and drafts left lying: close what is no longer needed."),
    ),
    (
        "organisation:account",
        _(
            "Your password, second factor, passkeys and the devices where you are signed in. A passkey signs "
            "in with finger, face or PIN; end any device you do not know."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
