"""What the pages of contacting customers say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "contact:permit-list",
        _(
            "Every permission to contact a customer: who asked, for what purpose, by which way, whether it "
            "was granted, used or refused, and why. Nothing reaches a customer without one."
        ),
    ),
    (
        "contact:refusal-list",
        _(
            "Who does not want to be contacted, for what and until when. Entries take effect at once for "
            "calls, messages and lists; lifting one needs the customer's word."
        ),
    ),
    (
        "contact:reservation-list",
        _("Customers who are reserved for one campaign or person for a while, so that nobody else approaches them."),
    ),
    (
        "contact:statistics",
        _(
            "How many contacts were refused, for which reason, in which units and ways: where budgets are too "
            "tight, hours wrong or consents missing."
        ),
    ),
    (
        "contact:rules",
        _(
            "How often and when customers may be contacted, for which purposes, and which purpose goes first. "
            "A change is kept with its reason and holds for the next permit."
        ),
    ),
    (
        "contact:outbox",
        _(
            "Messages on their way: waiting, sent, delivered, failed or stopped by a withdrawal. Failed ones "
            "can be sent again or given up with a reason."
        ),
    ),
    (
        "contact:templates",
        _(
            "Texts of messages with their places, purposes and ways. A new version is checked by another "
            "person before it is used."
        ),
    ),
    (
        "contact:providers",
        _(
            "Through whom mails, short messages and WeChat Work messages go, whether they answer, and what "
            "they cost today."
        ),
    ),
    (
        "contact:privacy-requests",
        _(
            "Requests of customers about their data: to see, copy, correct, delete or restrict them. Each has "
            "a deadline; what the law makes us keep is listed with its reason."
        ),
    ),
    (
        "contact:retention",
        _(
            "How long each kind of record is kept and what the next run would delete or anonymise. Try it "
            "first: a dry run changes nothing."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
